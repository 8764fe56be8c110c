using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Restores.Unpacking;

/// <summary>What is read of it is told; its content stays open.</summary>
internal sealed class CountedStream(Stream content, IProgress<long>? progress) : ReadOnlyStream
{
    private long total;

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(await content.ReadAsync(buffer, cancellationToken));

    public override int Read(byte[] buffer, int offset, int count) => Counted(content.Read(buffer, offset, count));

    private int Counted(int read)
    {
        total += read;
        if (read > 0)
            progress?.Report(total);
        return read;
    }
}
