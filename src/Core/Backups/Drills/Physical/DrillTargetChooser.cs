using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Drills.Physical;

/// <summary>Reads what a choice of target needs, and makes it.</summary>
public sealed class DrillTargetChooser(RestoreTests tests, WalArchive archive)
{
    private const int Remembered = 200;

    /// <summary>Null: nothing can be restored.</summary>
    public async Task<TargetChoice?> ChooseAsync(
        RestoreTest test,
        IReadOnlyList<CatalogueEntry> entries,
        RecoveryWindow window,
        CancellationToken cancellationToken)
    {
        List<PhysicalBackup> kept =
            [.. BackupCatalogue.KeptOf(entries).Select(entry => entry.Physical).OfType<PhysicalBackup>()];
        if (kept.Count == 0)
            return null;
        if (test.Target is { } asked)
            return TargetChoice.Asked(asked, kept);

        var earlier = await tests.EarlierAsync(test.Server, DrillMethod.Physical, Remembered, cancellationToken);
        return TargetChoice.Next(
            kept,
            window,
            earlier,
            await SwitchesAsync(test.Server, kept[^1].Server.WalSegmentSize, cancellationToken),
            Random.Shared);
    }

    private async Task<IReadOnlyList<TimelineSwitch>> SwitchesAsync(
        string server, int segmentSize, CancellationToken cancellationToken)
    {
        var wal = await archive.ListAsync(server, segmentSize, cancellationToken);
        return wal.Histories is [.., var newest]
            ? (await archive.ReadHistoryAsync(server, newest, cancellationToken)).Switches
            : [];
    }
}
