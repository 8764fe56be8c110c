namespace RecoveryOS.Core.Backups.Stores;

/// <summary>What is being stored; remembers whether it was this that failed.</summary>
internal sealed class SourceStream(Stream content) : ReadOnlyStream
{
    public Exception? Failure { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception)
        {
            Failure = exception;
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
