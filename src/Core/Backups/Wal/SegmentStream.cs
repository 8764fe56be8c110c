using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Wal;

/// <summary>
/// A stored segment's bytes, then zeros up to the segment's size. The end is reached only when exactly as many bytes
/// came as the object's name says.
/// </summary>
internal sealed class SegmentStream(Stream content, string name, int flushed, int size) : ReadOnlyStream
{
    private int read;

    public override long Length => size;

    public override long Position
    {
        get => read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || read == size)
            return 0;
        if (read >= flushed)
            return Zeros(buffer);

        try
        {
            var bytes = content.Read(Wanted(buffer));
            return Came(bytes, bytes > 0 && read + bytes == flushed && content.ReadByte() >= 0);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged("can't be unpacked", exception);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || read == size)
            return 0;
        if (read >= flushed)
            return Zeros(buffer.Span);

        try
        {
            var bytes = await content.ReadAsync(buffer[..Math.Min(buffer.Length, flushed - read)], cancellationToken);
            return Came(
                bytes,
                bytes > 0 && read + bytes == flushed && await content.ReadAsync(new byte[1], cancellationToken) > 0);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged("can't be unpacked", exception);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    private Span<byte> Wanted(Span<byte> buffer) => buffer[..Math.Min(buffer.Length, flushed - read)];

    private int Came(int bytes, bool isLonger)
    {
        if (bytes == 0)
            throw Damaged($"ends after {read} of {flushed} bytes", null);
        if (isLonger)
            throw Damaged($"is longer than {flushed} bytes", null);
        read += bytes;
        return bytes;
    }

    private int Zeros(Span<byte> buffer)
    {
        var bytes = Math.Min(buffer.Length, size - read);
        buffer[..bytes].Clear();
        read += bytes;
        return bytes;
    }

    private BackupStoreException Damaged(string what, Exception? cause) =>
        new(BackupStoreFailure.Damaged, $"{name} {what}.", cause);
}
