namespace RecoveryOS.Bench.Backups;

/// <summary>
/// Backs one server up and restores it in every way, in turns, so that a slow minute hits all of them alike.
/// </summary>
internal static class BackupBench
{
    public static async Task<BackupFigures> RunAsync(
        double gigabytes, int rounds, Action<string> say, CancellationToken cancellationToken)
    {
        say($"Building a server with {gigabytes:0.#} GB");
        await using var arena = await Arena.BuildAsync(gigabytes, PgBackRest.ArchiveCommand, cancellationToken);
        IBackupContestant[] contestants =
        [
            new BarePipeline(arena),
            new Ours(arena),
            new Ours(arena, isEncrypted: true),
            new PgBackRest(arena),
            new Barman(arena),
        ];
        var rows = contestants.ToDictionary(
            contestant => contestant, _ => new List<(Cost Backup, Cost Restore, long Stored)>());
        foreach (var contestant in contestants)
            await contestant.PrepareAsync(cancellationToken);
        try
        {
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var contestant in contestants)
                {
                    say($"Round {round} of {rounds}: {contestant.Name}");
                    var (backup, restore, stored) = await RoundAsync(arena, contestant, cancellationToken);
                    say($"  backup {backup.Seconds:0.0} s, restore {restore.Seconds:0.0} s, "
                        + $"{stored / 1e6:0} MB stored");
                    rows[contestant].Add((backup, restore, stored));
                }
            }
        }
        finally
        {
            foreach (var contestant in contestants)
                await contestant.FinishAsync(CancellationToken.None);
        }

        return new(
            gigabytes,
            rounds,
            [.. contestants.Select(contestant => BackupRow.Of(contestant.Name, rows[contestant]))]);
    }

    private static async Task<(Cost Backup, Cost Restore, long Stored)> RoundAsync(
        Arena arena, IBackupContestant contestant, CancellationToken cancellationToken)
    {
        var backup = await contestant.BackupAsync(cancellationToken);
        var stored = contestant.StoredBytes();
        var folder = await arena.FolderAsync("restored", cancellationToken);
        var restore = await contestant.RestoreAsync(folder, cancellationToken);
        await Arena.RemoveAsync(folder, cancellationToken);
        await contestant.ForgetAsync(cancellationToken);
        return (backup, restore, stored);
    }
}
