using System.IO.Compression;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>WAL segments as they lie in a store: packed, then sealed.</summary>
internal static class PackedWal
{
    public static async Task WriteAsync(
        BackupVault vault, string name, ReadOnlyMemory<byte> segment, CancellationToken cancellationToken)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(segment, cancellationToken);
        await vault.WriteAsync(name, packed.ToArray(), cancellationToken);
    }

    public static async Task<byte[]> ReadAsync(BackupVault vault, string name, CancellationToken cancellationToken)
    {
        await using var gzip = new GZipStream(
            await vault.OpenAsync(name, cancellationToken), CompressionMode.Decompress);
        using var segment = new MemoryStream();
        await gzip.CopyToAsync(segment, cancellationToken);
        return segment.ToArray();
    }
}
