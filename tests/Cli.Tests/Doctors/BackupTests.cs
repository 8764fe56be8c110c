using System.Security.Cryptography;
using Npgsql;
using RecoveryOS.Cli.Doctors;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Doctors;

/// <summary>Each way in which backups are set up wrong, or fell ill, is found and named with its remedy.</summary>
public sealed class BackupTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Ward? opened;

    private Ward Ward => opened ?? throw new InvalidOperationException("not yet opened");

    public async ValueTask InitializeAsync() => opened = await Ward.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Ward.DisposeAsync();

    [Theory]
    [InlineData(
        "azure-settings", "Backups__Store__ConnectionString", "UseDevelopmentStorage=true", "Backups__Store__Url")]
    [InlineData(
        "azure-settings", "Backups__Azure__SourceServerId", "/subscriptions/1/resourceGroups/ours", "flexibleServers")]
    [InlineData("schedules", "Schedules__TakeBackup", "every night", "Schedules__TakeBackup")]
    [InlineData("schedules", "Schedules__VerifyWal", "99 * * * * *", "Schedules__VerifyWal")]
    [InlineData("work-folder", "Backups__Folder", "/proc/no/such/folder", "Backups__Folder")]
    public async Task A_wrong_setting_is_found_and_how_to_mend_it(
        string check, string setting, string value, string mend)
    {
        Ward.Settings[setting] = value;

        Assert.Contains(mend, (await Ward.FindAsync(check)).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_in_Azure_that_may_not_cost_an_hour_is_found()
    {
        Ward.Settings["Backups__Azure__SourceServerId"] =
            "/subscriptions/1/resourceGroups/ours/providers/Microsoft.DBforPostgreSQL/flexibleServers/main";
        Ward.Settings["Backups__Azure__MaximumCost"] = "0.5";

        Assert.Contains("MaximumCost", (await Ward.FindAsync("azure-settings")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_not_mounted_is_found_and_what_needs_it_could_not_look()
    {
        Directory.Move(Store, $"{Store}.away");

        Assert.Contains("Mount", (await Ward.FindAsync("backup-store")).Mend, StringComparison.Ordinal);

        Assert.Equal(
            ["backup-catalogue", "backup-keys", "work-folder", "backup-age"],
            (await Ward.ExamineAsync()).Where(finding => finding.Verdict is Verdict.Unknown)
                .Select(finding => finding.Check));
    }

    [Fact]
    public async Task The_probe_of_the_store_leaves_nothing()
    {
        await Ward.ExamineAsync();

        Assert.False(Directory.Exists(Path.Combine(Store, "doctor")));
    }

    [Fact]
    public async Task An_entry_of_the_catalogue_that_was_changed_is_found()
    {
        var entry = Directory.EnumerateFiles(Path.Combine(Store, Ward.Server, "catalogue")).Order().First();
        var bytes = await File.ReadAllBytesAsync(entry, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(entry, bytes, TestContext.Current.CancellationToken);

        Assert.Contains(
            "tamper-detected.md", (await Ward.FindAsync("backup-catalogue")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retired_signing_key_whose_public_part_is_missing_is_found()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Ward.Settings["Backups__Signing__KeyId"] = "new";
        Ward.Settings["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey());

        Assert.Contains("PublicKeys__ID", (await Ward.FindAsync("backup-catalogue")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_signing_key_under_the_same_id_is_found()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Ward.Settings[$"Backups__Signing__PublicKeys__{Ward.Settings["Backups__Signing__KeyId"]}"] =
            Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

        Assert.Contains("an id of its own", (await Ward.FindAsync("backup-catalogue")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_a_kept_backup_is_sealed_with_and_nobody_has_is_found()
    {
        var id = Ward.Settings["Backups__Encryption__ActiveKeyId"];
        Ward.Settings["Backups__Encryption__Keys__next"] = Ward.Settings[$"Backups__Encryption__Keys__{id}"];
        Ward.Settings["Backups__Encryption__ActiveKeyId"] = "next";
        Ward.Settings.Remove($"Backups__Encryption__Keys__{id}");

        Assert.Contains(
            $"Backups__Encryption__Keys__{id}", (await Ward.FindAsync("backup-keys")).Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wal-receivers", "UPDATE wal_receivers SET seen_at = now() - interval '5 minutes'", "wal receive")]
    [InlineData("wal-receivers", "UPDATE wal_receivers SET state = 'stalled'", "wal status")]
    [InlineData("wal-receivers", "UPDATE wal_receivers SET failure = 'store_full'", "wal status")]
    [InlineData("wal-receivers", "DELETE FROM wal_receivers", "wal receive")]
    [InlineData("restore-tests", "UPDATE restore_tests SET finished_at = now() - interval '49 hours'", "restore-test")]
    public async Task What_has_fallen_silent_is_found(string check, string sql, string mend)
    {
        await Ward.ExecuteAsync(sql);

        Assert.Contains(mend, (await Ward.FindAsync(check)).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_WAL_nothing_keeps_is_found()
    {
        await Ward.ExecuteAsync($"SELECT pg_drop_replication_slot('{SlotName.Of(Ward.Server)}')");

        Assert.Contains("ReceivesWal", (await Ward.FindAsync("wal-slots")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_was_not_backed_up_is_found()
    {
        Directory.Delete(Path.Combine(Store, Ward.Server), recursive: true);

        Assert.Contains("./recoveryos backup", (await Ward.FindAsync("backup-age")).Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(35, true)]
    [InlineData(37, false)]
    public async Task A_daily_backup_is_overdue_after_a_day_and_a_half(int hours, bool isWell)
    {
        Directory.Delete(Path.Combine(Store, Ward.Server), recursive: true);
        await Ward.AppendAsync(entry => Ward.Base(entry, TimeSpan.FromHours(hours)));
        await Ward.AppendAsync(entry => Ward.Dump(entry, TimeSpan.FromHours(1)));

        var finding = Assert.Single(await Ward.ExamineAsync(), finding => finding.Check == "backup-age");

        Assert.Equal(isWell, finding.Verdict is Verdict.Ok);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_found()
    {
        Ward.Settings["Backups__Targets__0__Url"] = "postgres://nobody:canary@127.0.0.1:1/none";

        var finding = await Ward.FindAsync("backup-servers");

        Assert.DoesNotContain("canary", $"{finding.Detail} {finding.Mend}", StringComparison.Ordinal);
    }

    /// <summary>One grant is taken away at a time; with all of them the role is enough.</summary>
    [Theory]
    [InlineData("", null)]
    [InlineData("ALTER ROLE {0} NOREPLICATION", "REPLICATION")]
    [InlineData("REVOKE pg_read_all_data FROM {0}", "pg_read_all_data")]
    [InlineData("REVOKE pg_write_all_data, pg_maintain FROM {0}", "TO")]
    [InlineData("REVOKE EXECUTE ON FUNCTION pg_create_restore_point(text) FROM {0}", "pg_create_restore_point")]
    [InlineData(
        "REVOKE CREATE ON SCHEMA ours FROM {0}; REVOKE ALL ON DATABASE {1} FROM {0}", "GRANT CREATE ON DATABASE")]
    public async Task What_a_role_may_not_do_is_found(string revoke, string? mend)
    {
        var role = $"{Ward.Server}_role";
        var address = new NpgsqlConnectionStringBuilder(Ward.Settings["Backups__Targets__0__Url"]);
        var maintain = (await MajorVersionAsync(address.ConnectionString)) >= 17 ? "pg_maintain" : "pg_write_all_data";
        await Ward.ExecuteAsync($"""
            CREATE SCHEMA ours;
            CREATE ROLE {role} LOGIN REPLICATION PASSWORD 'canary';
            GRANT pg_read_all_data, pg_monitor, {maintain} TO {role};
            GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO {role};
            GRANT CREATE ON DATABASE {address.Database} TO {role}
            """);
        if (revoke.Length > 0)
        {
            await Ward.ExecuteAsync(revoke.Replace("{0}", role, StringComparison.Ordinal)
                .Replace("{1}", address.Database, StringComparison.Ordinal)
                .Replace("pg_write_all_data, pg_maintain", maintain, StringComparison.Ordinal));
        }

        (address.Username, address.Password) = (role, "canary");
        Ward.Settings["Backups__Targets__0__Url"] = address.ConnectionString;
        try
        {
            if (mend is not null)
                Assert.Contains(mend, (await Ward.FindAsync("backup-servers")).Mend, StringComparison.Ordinal);
            else
                Assert.Equal(0, Doctor.ExitCode(await Ward.ExamineAsync()));
        }
        finally
        {
            await Ward.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("ours", true)]
    [InlineData("\"ours\"", true)]
    [InlineData("1 (ours)", true)]
    [InlineData("ours, standby", false)]
    [InlineData("FIRST 1 (standby, ours)", false)]
    [InlineData("FIRST 2 (standby, ours)", true)]
    [InlineData("ANY 1 (standby, ours)", false)]
    [InlineData("ANY 2 (a, b, ours)", false)]
    public void A_list_of_synchronous_standbys_is_judged(string names, bool isAlone) =>
        Assert.Equal(isAlone, ServerState.IsAlone(names, "ours"));

    [Fact]
    public async Task A_service_for_everybody_without_backups_is_found()
    {
        Ward.Settings["Backups__Store__Url"] = "";
        Assert.Equal(0, Doctor.ExitCode(await Ward.ExamineAsync()));

        GoPublic();

        Assert.Contains("Backups__Store__Url", (await Ward.FindAsync("backups")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_work_folder_on_the_stores_disk_is_found_where_it_matters()
    {
        GoPublic();

        Assert.Contains("of its own", (await Ward.FindAsync("work-folder")).Mend, StringComparison.Ordinal);
    }

    private string Store => Ward.Settings["Backups__Store__Url"];

    private static async Task<int> MajorVersionAsync(string address)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection.PostgreSqlVersion.Major;
    }

    private void GoPublic()
    {
        Ward.Settings["PublicBaseUrls__0"] = "https://checkins.example.org";
        Ward.Settings["BackupSms__Endpoint"] = "https://ours.communication.azure.com";
        Ward.Settings["BackupSms__From"] = "+15550100101";
    }
}
