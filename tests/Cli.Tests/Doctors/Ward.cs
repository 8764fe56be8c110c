using Npgsql;
using RecoveryOS.Cli.Doctors;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Members;
using RecoveryOS.Core.OnCall;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Timers;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Doctors;

/// <summary>Settings, a database and folders of a service in good health, for a test to make ill.</summary>
internal sealed class Ward : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly NpgsqlDataSource database;
    private string? otherDisk;

    private Ward(string url)
    {
        database = NpgsqlDataSource.Create(url);
        Run = new(folder.Path);
        SigningKey.Ensure(Run);
        Settings = ServiceSettings.Create(Run, "http://127.0.0.1:7071", url).ToDictionary();
    }

    /// <summary>A name of its own: the slot is the whole server's.</summary>
    public string Server { get; } = $"ward{Guid.NewGuid():N}"[..20];

    /// <summary>A folder on another disk than the ward's own; made when it is asked for.</summary>
    public string OtherDisk => otherDisk ??= Directory.CreateDirectory($"/dev/shm/{Server}").FullName;

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
        var timers = TimerNames.Patience.Keys.Concat(TimerNames.BackupPatience.Keys);
        await ward.ExecuteAsync($"""
            INSERT INTO timer_runs (name, started_at, succeeded_at)
            SELECT name, now(), now()
            FROM unnest(string_to_array('{string.Join(',', timers)}', ',')) AS name;
            UPDATE schema_migrations SET applied_at = now() - interval '1 hour'
            """);
        await ward.BackUpAsync();
        return ward;
    }

    /// <summary>What is to come next in the catalogue of the server that is backed up.</summary>
    public async Task AppendAsync(Func<CatalogueEntry, CatalogueEntry> fill)
    {
        await using var examination = new Examination(Settings, online: false);
        await examination.Service<BackupCatalogue>().AppendAsync(Server, fill, CancellationToken);
    }

    /// <summary>A base backup as the catalogue remembers it; nothing but the catalogue is looked at.</summary>
    public CatalogueEntry Base(CatalogueEntry entry, TimeSpan age) => entry with
    {
        At = DateTimeOffset.UtcNow - age,
        Physical = new()
        {
            Id = Guid.CreateVersion7(),
            StartedAt = DateTimeOffset.UtcNow - age,
            FinishedAt = DateTimeOffset.UtcNow - age,
            Server = Facts,
            Timeline = 1,
            StartLsn = default,
            StopLsn = default,
            Compression = "zstd",
            Base = Sealed,
            StreamedWal = Sealed,
            BackupManifest = Sealed,
            DataBytes = 1,
        },
    };

    public CatalogueEntry Dump(CatalogueEntry entry, TimeSpan age) => entry with
    {
        At = DateTimeOffset.UtcNow - age,
        Logical = new()
        {
            Id = Guid.CreateVersion7(),
            StartedAt = DateTimeOffset.UtcNow - age,
            FinishedAt = DateTimeOffset.UtcNow - age,
            Server = Facts,
            Globals = Sealed,
            Databases = [],
        },
    };

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
        await ExecuteAsync(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
            + $"WHERE slot_name = '{SlotName.Of(Server)}'");
        await database.DisposeAsync();
        folder.Dispose();
        if (otherDisk is not null)
            Directory.Delete(otherDisk, recursive: true);
    }

    private VaultObject Sealed => new("x", 1, 1, "", Settings["Backups__Encryption__ActiveKeyId"]);

    private static ServerFacts Facts => new()
    {
        MajorVersion = 15,
        Version = "15",
        SystemIdentifier = "1",
        WalSegmentSize = 16 << 20,
        HasDataChecksums = true,
    };

    /// <summary>
    /// A base and a dump of an hour ago, a slot, a receiver that has just spoken, and a test that passed.
    /// </summary>
    private async Task BackUpAsync()
    {
        Settings["Backups__Targets__0__Name"] = Server;
        await AppendAsync(entry => Base(entry, TimeSpan.FromHours(1)));
        await AppendAsync(entry => Dump(entry, TimeSpan.FromHours(1)));
        await ExecuteAsync($"""
            SELECT pg_create_physical_replication_slot('{SlotName.Of(Server)}');
            INSERT INTO wal_receivers (server, state, seen_at)
            VALUES ('{Server}', 'receiving', now() + interval '1 hour');
            INSERT INTO restore_tests (server, method, status, requested_by, verdict, finished_at)
            VALUES ('{Server}', 'physical', 'finished', 'test', 'passed', now())
            """);
    }

    private static async Task MigrateAsync(string url, CancellationToken cancellationToken)
    {
        await using var empty = NpgsqlDataSource.Create(url);
        await new Migrator(empty).MigrateAsync(cancellationToken);
    }
}
