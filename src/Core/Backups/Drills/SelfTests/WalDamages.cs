using System.Buffers.Binary;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>What goes wrong with the WAL between backups: each is looked for by reading it, and by a restore.</summary>
internal static class WalDamages
{
    private const string Name = SelfTestServices.Server;

    public static IReadOnlyList<Damage> All { get; } =
    [
        new(
            "wal_segment_missing", "wal", Look.Wal,
            (copy, _) => { copy.DeleteFile(Middle(copy)); return Task.CompletedTask; }),
        new(
            "wal_segment_missing_restored", "window", Look.Newest,
            (copy, _) => { copy.DeleteFile(Middle(copy)); return Task.CompletedTask; }),
        new(
            "timeline_history_missing", "wal", Look.Wal,
            (copy, _) => { copy.DeleteFile(WalObjectName.OfHistory(Name, 2)); return Task.CompletedTask; }),
        new(
            "timeline_history_missing_restored", "window", Look.Newest,
            (copy, _) => { copy.DeleteFile(WalObjectName.OfHistory(Name, 2)); return Task.CompletedTask; }),
        new("wal_bit_flip", "wal", Look.Wal, (copy, stop) => ChangeWalAsync(copy, FlipRecord, stop)),
        new(
            "wal_truncated",
            "wal",
            Look.Wal,
            (copy, stop) => ChangeWalAsync(copy, content => content[..(content.Length / 2)], stop)),
        new(
            "wal_of_another_cluster",
            "wal",
            Look.Wal,
            (copy, stop) => ChangeWalAsync(copy, ForgeSystemIdentifier, stop)),
        new(
            "wal_frame_changed",
            "wal",
            Look.Wal,
            (copy, stop) => copy.ChangeFileAsync(Middle(copy), DamagedBytes.FlipMiddle, stop)),
        new(
            "wal_bit_flip_restored",
            "target_reached",
            Look.Newest,
            (copy, stop) => ChangeWalAsync(copy, FlipRecord, stop)),
    ];

    private static string Middle(DamagedCopy copy)
    {
        var segments = copy.Files(StoreLayout.WalOf(Name, 1));
        return segments[segments.Count / 2];
    }

    /// <summary>Within the first records behind the page's header.</summary>
    private static byte[] FlipRecord(byte[] content) => DamagedBytes.Flip(content, PageChecksum.PageSize / 16);

    /// <summary>
    /// The cluster's number stands in the header of a segment's first page (xlog_internal.h, XLogLongPageHeaderData).
    /// </summary>
    private static byte[] ForgeSystemIdentifier(byte[] content)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(24), 7000000000000000001);
        return content;
    }

    private static async Task ChangeWalAsync(
        DamagedCopy copy, Func<byte[], byte[]> change, CancellationToken cancellationToken)
    {
        var name = Middle(copy);
        var content = change(await PackedWal.ReadAsync(copy.Vault, name, cancellationToken));
        copy.DeleteFile(name);
        await PackedWal.WriteAsync(copy.Vault, name, content, cancellationToken);
    }
}
