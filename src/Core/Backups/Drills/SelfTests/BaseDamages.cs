using System.Text;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>What goes wrong with a base backup: in its files before it was stored, and in what is stored.</summary>
internal static class BaseDamages
{
    public static IReadOnlyList<Damage> All { get; } =
    [
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
            async (copy, stop) =>
                await copy.ChangeFileAsync(await BaseAsync(copy, stop), DamagedBytes.FlipMiddle, stop)),
        new(
            "base_truncated", "fetch", Look.Newest, async (copy, stop) => await copy.ChangeFileAsync(
                await BaseAsync(copy, stop), content => content[..(content.Length * 6 / 10)], stop)),
        new("base_missing", "fetch", Look.Newest, async (copy, stop) => copy.DeleteFile(await BaseAsync(copy, stop))),
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
    ];

    private static async Task<string> BaseAsync(DamagedCopy copy, CancellationToken cancellationToken) =>
        (await copy.PhysicalAsync(cancellationToken)).Physical?.Base.Name
            ?? throw new InvalidOperationException("there is no base");

    private static void FlipInHeap(string path) =>
        Rewrite(path, content => DamagedBytes.Flip(content, (PageChecksum.PageSize * 3) - 100));

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
