using System.Globalization;
using System.Text.RegularExpressions;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Bench.CheckIns;

/// <summary>
/// The same statement sent by PostgreSQL's own load driver, which does nothing else: <c>pgbench -M prepared</c>.
/// </summary>
internal static partial class Pgbench
{
    public static async Task<Load> RunAsync(
        Stage stage, int connections, int seconds, CancellationToken cancellationToken)
    {
        var script = Path.Combine(stage.Folder, "check-in.sql");
        await File.WriteAllTextAsync(script, Script(stage), cancellationToken);
        // Through env, because the password must not be on the command line.
        var result = await ExternalCommand.RunAsync(
            [
                "env", $"PGPASSWORD={stage.Postgres.Password}", stage.Postgres.Binaries["pgbench"],
                "-h", "127.0.0.1", "-p", Text(stage.Postgres.Port), "-U", PostgresServer.Superuser,
                "-n", "-M", "prepared", "-c", Text(connections), "-j", "2", "-T", Text(seconds), "-f", script,
                Stage.Database,
            ],
            cancellationToken);
        var perSecond = Number(PerSecond(), result.Output);
        var milliseconds = Number(Latency(), result.Output);
        var transactions = (long)Number(Transactions(), result.Output);
        var failed = (long)Number(Failed(), result.Output);
        return new(transactions, transactions / perSecond, milliseconds, null, null, failed);
    }

    // pgbench knows no text variables: the ids are built of the number that it draws.
    private static string Script(Stage stage)
    {
        var sql = CheckInStatement.For(null, RiskBand.Low);
        string[] values =
        [
            $"'{stage.AccountId}'::uuid", "('00000000-0000-7000-8000-' || :member)::uuid",
            ":adherence", ":mood", ":cravings", "(:sleep / 10.0)", ":isolation",
            "'a quiet day, slept a little, walked'", "'api'", ":score::smallint", "'low'", "'v0.1.0'",
            "'clinician_local'",
        ];
        for (var i = values.Length; i > 0; i--)
        {
            sql = sql.Replace(Invariant($"${i}"), values[i - 1], StringComparison.Ordinal);
        }

        return $"""
            \set member random(100000000001, {100_000_000_000 + Members.Count})
            \set adherence random(60, 100)
            \set mood random(-2, 5)
            \set cravings random(0, 40)
            \set sleep random(45, 95)
            \set isolation random(0, 40)
            \set score random(0, 29)
            {sql};

            """;
    }

    private static double Number(Regex pattern, string text) => pattern.Match(text) is { Success: true } match
        ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"pgbench gave no figures: {text}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^tps = ([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"^latency average = ([\d.]+) ms", RegexOptions.Multiline)]
    private static partial Regex Latency();

    [GeneratedRegex(@"^number of transactions actually processed: (\d+)", RegexOptions.Multiline)]
    private static partial Regex Transactions();

    [GeneratedRegex(@"^number of failed transactions: (\d+)", RegexOptions.Multiline)]
    private static partial Regex Failed();
}
