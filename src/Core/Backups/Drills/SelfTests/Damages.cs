namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>
/// Every way in which a backup goes bad that the verifier has to notice, and copies to which nothing was done.
/// </summary>
internal static class Damages
{
    public static IReadOnlyList<Damage> All { get; } =
    [
        new("clean_manifest", null, Look.Manifest, Nothing),
        new("clean_newest", null, Look.Newest, Nothing),
        new("clean_dump", null, Look.Dump, Nothing),
        new("clean_wal", null, Look.Wal, Nothing),
        .. BaseDamages.All,
        .. WalDamages.All,
        .. CatalogueDamages.All,
        .. DumpDamages.All,
    ];

    private static Task Nothing(DamagedCopy copy, CancellationToken cancellationToken) => Task.CompletedTask;
}
