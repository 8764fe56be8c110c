using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>PostgreSQL's own check of heaps and b-trees, as deep as it goes (<c>pg_amcheck</c>).</summary>
internal static class AmcheckCheck
{
    /// <summary>pg_amcheck's exit code for corruption; 1 is that it could not look.</summary>
    private const int Corrupt = 2;

    private const int Kept = 20;

    public static async Task<CheckResult> RunAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        var result = await PostgresTool.RunAsync(
            [
                server.Binaries["pg_amcheck"], "--all", "--install-missing", "--heapallindexed", "--parent-check",
                "--rootdescend", "--jobs=2",
                .. server.Binaries.MajorVersion >= 17 ? CheckUnique : [],
            ],
            server.Address,
            ReadAsync,
            line: null,
            cancellationToken);
        return result.ExitCode switch
        {
            0 => CheckResult.Right("pg_amcheck found every b-tree and heap sound."),
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
