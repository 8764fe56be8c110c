using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// PostgreSQL's own check of heaps and b-trees (<c>pg_amcheck</c>): every heap, every tree's order and links, every row
/// in its trees; and, of large trees in turns, every key by a search from the root.
/// </summary>
internal static class AmcheckCheck
{
    /// <summary>pg_amcheck's exit code for corruption; 1 is that it could not look.</summary>
    private const int Corrupt = 2;

    private const int Kept = 20;

    /// <param name="descent">What searches for the keys, beside the program.</param>
    /// <param name="budget">How long it may search large trees.</param>
    public static async Task<CheckResult> RunAsync(
        ServerUnderTest server, RootDescent descent, TimeSpan budget, CancellationToken cancellationToken)
    {
        var databases = await server.DatabasesAsync(cancellationToken);
        await descent.PrepareAsync(databases, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var program = RunProgramAsync(server, stop.Token);
        var search = descent.RunAsync(budget, stop.Token);
        try
        {
            if (await program is { } wrong)
                return wrong;

            await search;
            return CheckResult.From(
                descent.Findings,
                "pg_amcheck found every b-tree and heap sound, "
                + $"and all keys of {descent.Share} were found from the root.");
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(program, search).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Null: it found nothing wrong.</summary>
    private static async Task<CheckResult?> RunProgramAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        var result = await PostgresTool.RunAsync(
            [
                server.Binaries["pg_amcheck"], "--all", "--install-missing", "--heapallindexed", "--parent-check",
                "--jobs=2",
                .. server.Binaries.MajorVersion >= 17 ? CheckUnique : [],
            ],
            server.Address,
            ReadAsync,
            line: null,
            cancellationToken);
        return result.ExitCode switch
        {
            0 => null,
            Corrupt => CheckResult.Wrong(
                $"pg_amcheck found corruption: {Explanations.Sentence(string.Join(" ", lines.Take(4)))}"),
            _ when lines.Count > 0 => CheckResult.Wrong(
                $"pg_amcheck could not read all: {Explanations.Sentence(string.Join(" ", lines.Take(4)))}"),
            _ => CheckResult.CouldNotLook($"pg_amcheck did not run: {Explanations.Sentence(result.Reason)}"),
        };

        // What it finds, it writes to standard output.
        async Task ReadAsync(Stream stream, CancellationToken stop)
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                if (lines.Count < Kept && line.Length > 0)
                    lines.Add(line.Trim());
            }
        }
    }

    private static readonly string[] CheckUnique = ["--checkunique"];
}
