using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>
/// Every way in which a backup goes bad that the verifier has to notice, and copies to which nothing was done.
/// </summary>
internal static class Damages
{
    private const string Name = SelfTestServices.Server;

    public static IReadOnlyList<Damage> All { get; } =
    [
        new("clean_manifest", null, Look.Manifest, Nothing),
        new("clean_newest", null, Look.Newest, Nothing),
        new("clean_dump", null, Look.Dump, Nothing),
        new("clean_wal", null, Look.Wal, Nothing),
        new(
            "heap_byte_flip",
            "read_back",
            Look.Newest,
            (copy, stop) => copy.ChangeBaseAsync([copy.Specimen.TableFile], FlipInHeap, true, stop)),
        new(
            "heap_byte_flip_stored",
            "backup_manifest",
            Look.Newest,
            (copy, stop) => copy.ChangeBaseAsync([copy.Specimen.TableFile], FlipInHeap, false, stop)),
        new(
            "relation_deleted",
            "backup_manifest",
            Look.Newest,
            (copy, stop) => copy.ChangeBaseAsync([copy.Specimen.TableFile], File.Delete, false, stop)),
        new(
            "relation_deleted_manifest_forged",
            "read_back",
            Look.Newest,
            (copy, stop) => copy.ChangeBaseAsync([copy.Specimen.TableFile], File.Delete, true, stop)),
        new(
            "relation_short_by_a_page",
            "data_manifest",
            Look.Manifest,
            (copy, stop) => copy.ChangeBaseAsync([copy.Specimen.TableFile], CutPage, true, stop)),
        new(
            "btree_items_swapped",
            "amcheck",
            Look.Newest,
            (copy, stop) => copy.ChangeBaseAsync([copy.Specimen.IndexFile], SwapItems, true, stop)),
        new(
            "row_edited",
            "data_manifest",
            Look.Manifest,
            (copy, stop) => copy.ChangeBaseAsync(
                [copy.Specimen.TableFile], path => Edit(path, "note-001000"), true, stop)),
        new(
            "large_object_byte_flip",
            "read_back",
            Look.Newest,
            (copy, stop) => copy.ChangeBaseAsync([copy.Specimen.LargeObjectFile], FlipInHeap, true, stop)),
        new(
            "large_object_edited",
            "data_manifest",
            Look.Manifest,
            (copy, stop) => copy.ChangeBaseAsync(
                [copy.Specimen.LargeObjectFile], path => Edit(path, "large-000020"), true, stop)),
        new(
            "base_flipped",
            "fetch",
            Look.Newest,
            async (copy, stop) => await copy.ChangeFileAsync(await BaseAsync(copy, stop), FlipMiddle, stop)),
        new(
            "base_truncated", "fetch", Look.Newest, async (copy, stop) => await copy.ChangeFileAsync(
                await BaseAsync(copy, stop), content => content[..(content.Length * 6 / 10)], stop)),
        new("base_missing", "fetch", Look.Newest, async (copy, stop) => copy.DeleteFile(await BaseAsync(copy, stop))),
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
        new("wal_frame_changed", "wal", Look.Wal, (copy, stop) => copy.ChangeFileAsync(Middle(copy), FlipMiddle, stop)),
        new(
            "wal_bit_flip_restored",
            "target_reached",
            Look.Newest,
            (copy, stop) => ChangeWalAsync(copy, FlipRecord, stop)),
        new("wrong_system_identifier", "system_identifier", Look.Newest, (copy, stop) => copy.ResignAsync(
            entry => entry.Physical is { } physical
                ? entry with
                {
                    Physical = physical with
                    {
                        Server = physical.Server with { SystemIdentifier = "7000000000000000001" },
                    },
                }
                : entry,
            stop)),
        new("key_missing", "keys", Look.Newest, (copy, stop) => copy.ResignAsync(
            entry => entry.Physical is { DataManifest: { } manifest } physical
                ? entry with { Physical = physical with { DataManifest = manifest with { KeyId = "lost" } } }
                : entry,
            stop)),
        new(
            "catalogue_changed", "catalogue", Look.Newest,
            (copy, stop) => copy.ChangeFileAsync(copy.Files(StoreLayout.Catalogue(Name))[0], FlipMiddle, stop)),
        new(
            "catalogue_entry_removed", "catalogue", Look.Newest,
            (copy, _) => { copy.DeleteFile(copy.Files(StoreLayout.Catalogue(Name))[0]); return Task.CompletedTask; }),
        new("heartbeats_ahead", "heartbeats", Look.Newest, AddHeartbeatsAsync),
        new(
            "dump_cut", "fetch", Look.Dump, async (copy, stop) => await copy.ChangeFileAsync(
                (await DumpAsync(copy, stop)).Dump.Name, content => content[..(content.Length * 6 / 10)], stop)),
        new(
            "dump_flipped", "fetch", Look.Dump, async (copy, stop) =>
                await copy.ChangeFileAsync((await DumpAsync(copy, stop)).Dump.Name, FlipMiddle, stop)),
        new(
            "dump_cut_before_it_was_stored",
            "preflight",
            Look.Dump,
            (copy, stop) => ReplaceDumpAsync(copy, content => content[..(content.Length * 6 / 10)], stop)),
        new(
            "dump_flipped_before_it_was_stored",
            "preflight",
            Look.Dump,
            (copy, stop) => ReplaceDumpAsync(copy, FlipInDump, stop)),
        new(
            "dump_without_rows", "data_manifest", Look.Dump, (copy, stop) =>
                ReplaceDumpAsync(copy, _ => File.ReadAllBytes(copy.Specimen.OddDumps["schema_only"]), stop)),
        new(
            "dump_without_tables", "restore", Look.Dump,
            (copy, stop) => ReplaceDumpAsync(copy, _ => File.ReadAllBytes(copy.Specimen.OddDumps["data_only"]), stop)),
        new(
            "dump_without_tables_after_a_good_one", "restore", Look.Dump, (copy, stop) =>
                ReplaceDumpAsync(copy, ^1, _ => File.ReadAllBytes(copy.Specimen.OddDumps["data_only"]), stop)),
        new(
            "dump_as_plain_sql", "preflight", Look.Dump,
            (copy, stop) => ReplaceDumpAsync(copy, _ => File.ReadAllBytes(copy.Specimen.OddDumps["plain"]), stop)),
    ];

    private static Task Nothing(DamagedCopy copy, CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<string> BaseAsync(DamagedCopy copy, CancellationToken cancellationToken) =>
        (await copy.PhysicalAsync(cancellationToken)).Physical?.Base.Name
            ?? throw new InvalidOperationException("there is no base");

    private static Task<DatabaseDump> DumpAsync(DamagedCopy copy, CancellationToken cancellationToken) =>
        DumpAsync(copy, 0, cancellationToken);

    private static async Task<DatabaseDump> DumpAsync(
        DamagedCopy copy, Index which, CancellationToken cancellationToken) =>
        (await copy.LogicalAsync(cancellationToken)).Logical?.Databases[which]
            ?? throw new InvalidOperationException("there is no dump");

    private static string Middle(DamagedCopy copy)
    {
        var segments = copy.Files(StoreLayout.WalOf(Name, 1));
        return segments[segments.Count / 2];
    }

    private static byte[] FlipMiddle(byte[] content) => Flip(content, content.Length / 2);

    private static byte[] Flip(byte[] content, int offset)
    {
        content[offset] ^= 0x10;
        return content;
    }

    /// <summary>In the compressed rows: the header and the list of contents stay as they are.</summary>
    private static byte[] FlipInDump(byte[] content) => Flip(content, content.Length * 8 / 10);

    /// <summary>Within the first records behind the page's header.</summary>
    private static byte[] FlipRecord(byte[] content) => Flip(content, PageChecksum.PageSize / 16);

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

    private static Task ReplaceDumpAsync(
        DamagedCopy copy, Func<byte[], byte[]> change, CancellationToken cancellationToken) =>
        ReplaceDumpAsync(copy, 0, change, cancellationToken);

    private static async Task ReplaceDumpAsync(
        DamagedCopy copy, Index which, Func<byte[], byte[]> change, CancellationToken cancellationToken)
    {
        var old = await DumpAsync(copy, which, cancellationToken);
        using var content = new MemoryStream();
        await using (var stored = await copy.Vault.OpenAsync(old.Dump, cancellationToken))
            await stored.CopyToAsync(content, cancellationToken);
        using var changed = new MemoryStream(change(content.ToArray()));
        var dump = old with { Dump = await copy.RewriteAsync(old.Dump, changed, cancellationToken) };
        DatabaseDump Changed(DatabaseDump one) => one.Database == dump.Database ? dump : one;

        await copy.ResignAsync(
            entry => entry.Logical is { } logical
                ? entry with { Logical = logical with { Databases = [.. logical.Databases.Select(Changed)] } }
                : entry,
            cancellationToken);
    }

    /// <summary>The ledger knows commits, before the end of the WAL, that the data does not hold.</summary>
    private static async Task AddHeartbeatsAsync(DamagedCopy copy, CancellationToken cancellationToken)
    {
        var ledger = copy.Services.GetRequiredService<HeartbeatLedger>();
        var all = await ledger.ReadAsync(Name, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, cancellationToken);
        var last = all[^1];
        // The ledger is a file that grows in place, and the copy shares it.
        foreach (var name in copy.Files(StoreLayout.Heartbeats(Name)))
            await copy.ChangeFileAsync(name, static content => content, cancellationToken);
        await ledger.AppendAsync(
            Name, [.. Enumerable.Range(1, 5).Select(
                step => last with { Id = last.Id + step, At = last.At.AddMicroseconds(step) })], cancellationToken);
    }

    private static void FlipInHeap(string path) =>
        Rewrite(path, content => Flip(content, (PageChecksum.PageSize * 3) - 100));

    private static void CutPage(string path) => Rewrite(path, content => content[..^PageChecksum.PageSize]);

    /// <summary>In the first leaf, behind the high key: two items change places.</summary>
    private static void SwapItems(string path) => Rewrite(path, content =>
    {
        const int FirstItem = 24;
        const int ItemSize = 4;
        var page = content.AsSpan(PageChecksum.PageSize, PageChecksum.PageSize);
        var one = page.Slice(FirstItem + (2 * ItemSize), ItemSize);
        var other = page.Slice(FirstItem + (3 * ItemSize), ItemSize);
        var kept = one.ToArray();
        other.CopyTo(one);
        kept.CopyTo(other);
        PageChecksum.Seal(page, 1);
        return content;
    });

    /// <summary>Other content, in a page that is in order.</summary>
    private static void Edit(string path, string text) => Rewrite(path, content =>
    {
        var at = content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        content[at]--;
        var block = at / PageChecksum.PageSize;
        PageChecksum.Seal(content.AsSpan(block * PageChecksum.PageSize, PageChecksum.PageSize), (uint)block);
        return content;
    });

    private static void Rewrite(string path, Func<byte[], byte[]> change) =>
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
}
