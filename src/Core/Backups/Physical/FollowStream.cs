namespace RecoveryOS.Core.Backups.Physical;

/// <summary>
/// Reads a file that a program still writes, from its beginning to where the program left it; its end is the program's.
/// </summary>
/// <param name="ended">
/// Done when nothing more is written. Its failure becomes the reader's: half a file is no file.
/// </param>
internal sealed class FollowStream(FileStream file, Task ended) : Stream
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => file.Position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // Asked before the last look: what was written in between would be missed.
            var isLast = ended.IsCompleted;
            if (isLast)
                await ended;
            if (await file.ReadAsync(buffer, cancellationToken) is var read && (read > 0 || isLast))
                return read;

            await Task.WhenAny(ended, Task.Delay(PollInterval, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
