using Npgsql;
using RecoveryOS.Cli.Doctors;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Members;
using RecoveryOS.Core.OnCall;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Doctors;

/// <summary>Settings, a database and folders of a service in good health, for a test to make ill.</summary>
internal sealed class Ward : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly NpgsqlDataSource database;

    private Ward(string url)
    {
        database = NpgsqlDataSource.Create(url);
        Run = new(folder.Path);
        SigningKey.Ensure(Run);
        Settings = ServiceSettings.Create(Run, "http://127.0.0.1:7071", url).ToDictionary();
    }

    public LocalRun Run { get; }

    public Dictionary<string, string> Settings { get; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>An account with a member and a contact, and timers that succeeded just now.</summary>
    public static async Task<Ward> OpenAsync(PostgresFixture postgres)
    {
        var ward = new Ward(await postgres.CreateDatabaseAsync("migrated", MigrateAsync, CancellationToken));
        var cipher = EncryptionKeys.Ensure(ward.Run).Cipher();
        var clinician = new Caller(
            "c", await new AccountBook(ward.database).CreateAsync("Test", CancellationToken), [Role.Clinician], null);
        Assert.True(PhoneNumber.TryParse("+15555550123", out var phone));
        await new MemberRoster(ward.database, cipher).EnrolAsync(
            clinician, new("M-1", "America/Toronto", phone, "CA", "en", null, "active"), CancellationToken);
        await new OnCallRoster(ward.database, cipher).ReplaceAsync(
            clinician, new([new("On call", phone)]), CancellationToken);
        await ward.ExecuteAsync("""
            INSERT INTO timer_runs (name, started_at, succeeded_at)
            SELECT name, now(), now()
            FROM unnest(ARRAY['DispatchMessages', 'EscalateAlerts', 'ReconcileMessages', 'SendReminders']) AS name;
            UPDATE schema_migrations SET applied_at = now() - interval '1 hour'
            """);
        return ward;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken);
    }

    public async Task<IReadOnlyList<Finding>> ExamineAsync(bool online = false)
    {
        await using var examination = new Examination(Settings, online);
        return await Doctor.ExamineAsync(examination, CancellationToken);
    }

    /// <summary>The one thing that is wrong: by this check, and with a way to mend it.</summary>
    public async Task<Finding> FindAsync(string check, bool online = false)
    {
        var findings = await ExamineAsync(online);
        var problems = findings.Where(finding => finding.Verdict is Verdict.Problem).ToList();
        Assert.True(
            problems.Count > 0 && problems.All(problem => problem.Check == check), string.Join('\n', findings));
        Assert.All(problems, problem => Assert.False(string.IsNullOrWhiteSpace(problem.Mend)));
        Assert.Equal(1, Doctor.ExitCode(findings));
        return problems[0];
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }

    private static async Task MigrateAsync(string url, CancellationToken cancellationToken)
    {
        await using var empty = NpgsqlDataSource.Create(url);
        await new Migrator(empty).MigrateAsync(cancellationToken);
    }
}
