namespace RecoveryOS.Core.Tests.Backups.Stores;

/// <summary>So many bytes out of nothing.</summary>
internal class CountingStream(long size) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var length = (int)Math.Min(count, size - position);
        buffer.AsSpan(offset, length).Fill((byte)(position / 1000));
        position += length;
        return length > 0 ? length : End();
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected virtual int End() => 0;
}

/// <summary>One that fails where another would end.</summary>
internal sealed class FailingStream(long size) : CountingStream(size)
{
    protected override int End() => throw new TimeoutException("the source is gone");
}

/// <summary>One whose reader is told to stop where another would end.</summary>
internal sealed class CancellingStream(long size, CancellationTokenSource stop) : CountingStream(size)
{
    protected override int End()
    {
        stop.Cancel();
        stop.Token.ThrowIfCancellationRequested();
        return 0;
    }
}
