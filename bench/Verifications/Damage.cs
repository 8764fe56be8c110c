using RecoveryOS.Bench.Backups;

namespace RecoveryOS.Bench.Verifications;

/// <summary>Spoils a tool's repository for the length of one question.</summary>
internal static class Damage
{
    /// <summary>A small table, whose file is the one that is damaged.</summary>
    public const string Table = "target";

    /// <summary>Seconds, or null when the script fails.</summary>
    public static async Task<double?> VerdictAsync(string script, Arena arena, CancellationToken cancellationToken)
    {
        var verdict = Path.Combine(arena.Folder, "postgres", "verdict");
        // What a tool says of damage is its exit code, which is no failure of the benchmark.
        var cost = await ProcessTree.RunAsync(
            $"if ( set -e; {script}\n); then echo sound; else echo wrong; fi >{verdict}; tail -1 {verdict}",
            arena.Environment, asServerUser: true, cancellationToken);
        var said = await File.ReadAllTextAsync(verdict, cancellationToken);
        return said.TrimEnd().EndsWith("sound", StringComparison.Ordinal) ? cost.Seconds : null;
    }

    public static async Task<bool> CatchesAsync(
        Arena arena,
        string repository,
        string script,
        Func<CancellationToken, Task<double?>> verify,
        CancellationToken cancellationToken)
    {
        await RunAsync(arena, $"cp -a {repository} {repository}.saved", cancellationToken);
        try
        {
            await RunAsync(arena, $"TARGET={await TargetAsync(arena, cancellationToken)}\n{script}", cancellationToken);
            return await verify(cancellationToken) is null;
        }
        finally
        {
            await RunAsync(arena, $"rm -rf {repository}; mv {repository}.saved {repository}", CancellationToken.None);
        }
    }

    private static async Task<string> TargetAsync(Arena arena, CancellationToken cancellationToken)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(arena.Server.ConnectionString(Arena.Database));
        await using var ask = source.CreateCommand($"SELECT pg_relation_filepath('{Table}')");
        return await ask.ExecuteScalarAsync(cancellationToken) as string
            ?? throw new InvalidOperationException("there is no table to damage");
    }

    private static Task<Cost> RunAsync(Arena arena, string script, CancellationToken cancellationToken) =>
        ProcessTree.RunAsync(script, arena.Environment, asServerUser: true, cancellationToken);
}
