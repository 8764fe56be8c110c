namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// A blob that is read; the client resumes where a connection breaks, and what it can't mend is told as a store does.
/// </summary>
internal sealed class BlobReadStream(Stream blob, string name) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await blob.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (BlobFailure.IsOne(exception, cancellationToken))
        {
            throw BlobFailure.Of(exception, name);
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return blob.Read(buffer, offset, count);
        }
        catch (Exception exception) when (BlobFailure.IsOne(exception, CancellationToken.None))
        {
            throw BlobFailure.Of(exception, name);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await blob.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            blob.Dispose();
        base.Dispose(disposing);
    }
}
