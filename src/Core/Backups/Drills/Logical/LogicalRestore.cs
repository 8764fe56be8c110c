using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Logical;

/// <summary>
/// Restores dumps on a scratch server: each into a database that was made a moment before and held nothing.
/// </summary>
internal sealed class LogicalRestore(
    PostgresServer server, PostgresBinaries binaries, LogicalBackup backup, Dumps dumps)
{
    /// <summary>Made anew for each dump: what an earlier one left can never be taken for this one's.</summary>
    public const string Database = "recovery_test";

    public ServerUnderTest Subject { get; } = new(
        new NpgsqlConnectionStringBuilder
        {
            Host = server.SocketFolder,
            Port = server.Port,
            Username = PostgresServer.Superuser,
            Password = server.Password,
            Database = "postgres",
            ApplicationName = "recoveryos-drill",
        },
        server.Binaries);

    /// <summary>Roles, so that what the dump says of owners and rights can be restored too.</summary>
    public async Task<CheckResult> GlobalsAsync(CancellationToken cancellationToken)
    {
        var script = $"{dumps.Globals}.fit";
        await File.WriteAllLinesAsync(
            script,
            GlobalsScript.Fit(await File.ReadAllLinesAsync(dumps.Globals, cancellationToken), PostgresServer.Superuser),
            cancellationToken);
        var run = await PostgresTool.RunAsync(
            [binaries["psql"], "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script],
            Subject.Address,
            null,
            null,
            cancellationToken);
        return run.ExitCode == 0
            ? CheckResult.Right("Roles and their memberships were restored.")
            : CheckResult.Wrong($"Roles could not be restored: {Explanations.Sentence(run.Reason)}");
    }

    public async Task<CheckResult> RestoreAsync(DatabaseDump dump, CancellationToken cancellationToken)
    {
        await RecreateAsync(dump.Database, cancellationToken);
        var address = new NpgsqlConnectionStringBuilder(Subject.Address.ConnectionString) { Database = Database };
        // Without --exit-on-error pg_restore goes on after errors; in one transaction it would leave nothing, and say
        // so in its exit code only.
        var run = await PostgresTool.RunAsync(
            BackgroundCommand.Of([
                binaries["pg_restore"], "--clean", "--if-exists", "--exit-on-error", "--no-tablespaces", "--jobs=2",
                $"--dbname={Database}", dumps.Of(dump),
            ]),
            address, null, null, cancellationToken);
        return run.ExitCode == 0
            ? CheckResult.Right($"{dump.Database} was restored.")
            : CheckResult.Wrong(
                $"pg_restore of {dump.Database} ended with {run.ExitCode.ToString(CultureInfo.InvariantCulture)}: "
                + Explanations.Sentence(run.Reason));
    }

    private async Task RecreateAsync(string source, CancellationToken cancellationToken)
    {
        await using var connection = await Subject.OpenAsync("postgres", cancellationToken);
        await connection.RunAsync($"DROP DATABASE IF EXISTS {Database} WITH (FORCE)", cancellationToken);
        var locale = backup.Server.Collations.FirstOrDefault(collation => collation.Database == source);
        var clause = locale switch
        {
            { Provider: "libc" } => $"LOCALE_PROVIDER libc LOCALE {Literal(locale.Locale)}",
            { Provider: "icu" } => $"LOCALE_PROVIDER icu ICU_LOCALE {Literal(locale.Locale)} LOCALE 'C'",
            _ => "",
        };
        var encoding = backup.Server.Settings.GetValueOrDefault("server_encoding") is { Length: > 0 } name
            ? $"ENCODING {Literal(name)}"
            : "";
        try
        {
            await connection.RunAsync(
                $"CREATE DATABASE {Database} TEMPLATE template0 {encoding} {clause}", cancellationToken);
        }
        catch (PostgresException refused)
        {
            throw new BackupException(
                "locale_missing",
                $"A database like {source} can't be made on this machine: {refused.MessageText}.",
                refused);
        }
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
