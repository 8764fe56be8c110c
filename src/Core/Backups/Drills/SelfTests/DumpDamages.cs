using RecoveryOS.Core.Backups.Logical;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>What goes wrong with a dump: on its way out of the server, and in the store.</summary>
internal static class DumpDamages
{
    public static IReadOnlyList<Damage> All { get; } =
    [
        new(
            "dump_cut", "fetch", Look.Dump, async (copy, stop) => await copy.ChangeFileAsync(
                (await DumpAsync(copy, stop)).Dump.Name, content => content[..(content.Length * 6 / 10)], stop)),
        new(
            "dump_flipped", "fetch", Look.Dump, async (copy, stop) =>
                await copy.ChangeFileAsync((await DumpAsync(copy, stop)).Dump.Name, DamagedBytes.FlipMiddle, stop)),
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

    private static Task<DatabaseDump> DumpAsync(DamagedCopy copy, CancellationToken cancellationToken) =>
        DumpAsync(copy, 0, cancellationToken);

    private static async Task<DatabaseDump> DumpAsync(
        DamagedCopy copy, Index which, CancellationToken cancellationToken) =>
        (await copy.LogicalAsync(cancellationToken)).Logical?.Databases[which]
            ?? throw new InvalidOperationException("there is no dump");

    /// <summary>In the compressed rows: the header and the list of contents stay as they are.</summary>
    private static byte[] FlipInDump(byte[] content) => DamagedBytes.Flip(content, content.Length * 8 / 10);

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
}
