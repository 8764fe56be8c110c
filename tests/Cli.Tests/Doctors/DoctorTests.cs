using RecoveryOS.Cli.Doctors;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Doctors;

public sealed class DoctorTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string SampleKey = "ZGV2ZWxvcG1lbnQga2V5LCBrbm93biB0byBhbnlvbmU=";

    private Ward? opened;

    private Ward Ward => opened ?? throw new InvalidOperationException("not yet opened");

    public async ValueTask InitializeAsync() => opened = await Ward.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Ward.DisposeAsync();

    [Fact]
    public async Task In_good_health_every_check_says_ok()
    {
        var findings = await Ward.ExamineAsync();

        Assert.All(findings, finding => Assert.True(finding.Verdict is Verdict.Ok, $"{finding}"));
        Assert.Equal(
            Doctor.Checks.Select(check => check.Name).Except(["service", "twilio-account", "twilio-webhooks"]),
            findings.Select(finding => finding.Check));
        Assert.Equal(0, Doctor.ExitCode(findings));
    }

    [Theory]
    [InlineData("settings", "Jwt__Issuer", "", "issuer")]
    [InlineData("settings", "Jwt__KeysUrl", "", "Jwt__KeysUrl")]
    [InlineData("settings", "Jwt__KeysUrl", "ftp://issuer.example.org/keys", "Jwt__KeysUrl")]
    [InlineData("settings", "Encryption__LookupKey", "abc", "openssl rand")]
    [InlineData("settings", "Encryption__ActiveKeyId", "no-such-key", "Encryption__ActiveKeyId")]
    [InlineData("settings", "PublicBaseUrls__0", "checkins.example.org", "PublicBaseUrls__0")]
    [InlineData("settings", "Twilio__AccountSid", "AC1", "Account SID")]
    [InlineData("settings", "Twilio__MessagingServiceSid", "XX1", "MG")]
    [InlineData("settings", "Twilio__ApiKeySid", "SK0123456789abcdef0123456789abcdef", "API key")]
    [InlineData("settings", "Twilio__AllowedNetworks__0", "everywhere", "settings.md")]
    [InlineData("settings", "Spool__Folder", "/proc/no/such/folder", "Spool__Folder")]
    [InlineData("settings", "BackupSms__Endpoint", "ftp://ours", "BackupSms__Endpoint")]
    [InlineData("settings", "Backups__Signing__Key", "abc", "backups.md")]
    [InlineData("settings", "Backups__Encryption__ActiveKeyId", "no-such-key", "Backups__Encryption__ActiveKeyId")]
    [InlineData("token-keys", "Jwt__KeysUrl", "/no/such/jwks.json", "Jwt__KeysUrl")]
    [InlineData("twilio-settings", "Twilio__AuthToken", "", "Twilio__AuthToken")]
    [InlineData("twilio-settings", "Twilio__AuthToken", "an-api-keys-secret", "auth token")]
    [InlineData("twilio-settings", "Twilio__Numbers__0", "", "Twilio__MessagingServiceSid")]
    public async Task A_wrong_setting_is_found_and_how_to_mend_it(
        string check, string setting, string value, string mend)
    {
        Ward.Settings[setting] = value;

        Assert.Contains(mend, (await Ward.FindAsync(check)).Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://checkins.example.org", "https")]
    [InlineData("https://check_ins.example.org", "hyphens")]
    [InlineData("https://checkins.example.org/api", "/api")]
    [InlineData("https://checkins.example.org/webhooks/twilio/inbound", "/webhooks")]
    public async Task A_public_address_that_cannot_work_is_found(string address, string mend)
    {
        GoPublic(address);

        Assert.Contains(mend, (await Ward.FindAsync("public-urls")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_for_everybody_without_a_backup_provider_is_found()
    {
        GoPublic("https://checkins.example.org");
        Ward.Settings.Remove("BackupSms__Endpoint");

        Assert.Contains(
            "BackupSms__Endpoint", (await Ward.FindAsync("backup-provider")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_sends_from_the_first_providers_number_is_found()
    {
        GoPublic("https://checkins.example.org");
        Ward.Settings["BackupSms__From"] = Ward.Settings["Twilio__Numbers__0"];

        await Ward.FindAsync("backup-provider");
    }

    [Fact]
    public async Task A_key_that_anybody_can_read_is_found_where_it_matters()
    {
        await Ward.ExecuteAsync("DELETE FROM on_call_contacts; DELETE FROM members");
        var active = Ward.Settings["Encryption__ActiveKeyId"];
        Ward.Settings[$"Encryption__Keys__{active}"] = SampleKey;
        Assert.Equal(0, Doctor.ExitCode(await Ward.ExamineAsync()));

        GoPublic("https://checkins.example.org");

        Assert.Contains("openssl rand", (await Ward.FindAsync("secrets")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_that_names_one_token_twice_is_found()
    {
        Ward.Settings["Twilio__SecondaryAuthToken"] = Ward.Settings["Twilio__AuthToken"];

        await Ward.FindAsync("secrets");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_found_and_what_needs_it_could_not_look()
    {
        Ward.Settings["Database__Url"] = "postgres://recoveryos@127.0.0.1:1/recoveryos";

        Assert.Contains("Database__Url", (await Ward.FindAsync("database")).Mend, StringComparison.Ordinal);

        var blind = (await Ward.ExamineAsync()).Where(finding => finding.Verdict is Verdict.Unknown)
            .Select(finding => finding.Check);
        Assert.Equal(
            [
                "schema", "clock", "encryption-keys", "time-zones", "on-call", "templates", "timers", "waiting-texts",
                "unknown-texts", "provider-circuits", "wal-receivers", "restore-tests",
            ],
            blind);
    }

    [Fact]
    public async Task A_database_without_its_schema_is_found()
    {
        Ward.Settings["Database__Url"] = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);

        var problem = await Ward.FindAsync("schema");
        Assert.Contains("0001_foundation", problem.Detail, StringComparison.Ordinal);
        Assert.Equal("Run: ./recoveryos migrate", problem.Mend);
    }

    [Theory]
    [InlineData("schema", @"UPDATE schema_migrations SET sha256 = '\x00' WHERE version = 2", "Restore")]
    [InlineData("schema", "UPDATE schema_migrations SET compatible_from = 9999 WHERE version = 1", "newer build")]
    [InlineData("encryption-keys", "UPDATE members SET phone_key_id = 'retired'", "Encryption__Keys__retired")]
    [InlineData("time-zones", "UPDATE members SET timezone = 'Nowhere/Atlantis'", "tzdata")]
    [InlineData("on-call", "DELETE FROM on_call_contacts", "PUT /v1/on-call")]
    [InlineData("timers", "DELETE FROM timer_runs WHERE name = 'SendReminders'", "Schedules__SendReminders")]
    [InlineData(
        "timers",
        "UPDATE timer_runs SET succeeded_at = now() - interval '1 hour', failed_at = now(), failure = 'x' "
            + "WHERE name = 'EscalateAlerts'",
        "timer_failed")]
    [InlineData(
        "provider-circuits",
        "INSERT INTO text_providers (name, weight, open_until) VALUES ('twilio', 50, now() + interval '1 hour')",
        "status page")]
    [InlineData(
        "waiting-texts",
        Text + "SELECT account_id, id, 'message', 'please_call', 'queued', now() - interval '1 hour'" + OfMember,
        "timers")]
    [InlineData(
        "waiting-texts",
        Text + "SELECT account_id, id, 'crisis', 'safety_alert', 'queued', now() - interval '3 minutes'" + OfMember,
        "timers")]
    [InlineData(
        "unknown-texts",
        Text + "SELECT account_id, id, 'message', 'please_call', 'unknown', now() - interval '1 hour'" + OfMember,
        "ReconcileMessages")]
    [InlineData(
        "templates",
        Text + "SELECT account_id, id, 'message', 'of_tomorrow', 'queued', now()" + OfMember,
        "Deploy")]
    public async Task What_is_wrong_in_the_database_is_found(string check, string sql, string mend)
    {
        await Ward.ExecuteAsync(sql);

        Assert.Contains(mend, (await Ward.FindAsync(check)).Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SelfTestVerifier", "8 days", true)]
    [InlineData("SelfTestVerifier", "6 days", false)]
    [InlineData("RunRestoreTest", "30 hours", true)]
    [InlineData("RecordHeartbeat", "10 minutes", true)]
    [InlineData("VerifyWal", "1 hour", false)]
    public async Task A_timer_of_backups_that_stands_still_is_found(string timer, string since, bool isFound)
    {
        await Ward.ExecuteAsync(
            $"UPDATE timer_runs SET succeeded_at = now() - interval '{since}' WHERE name = '{timer}'");

        var finding = (await Ward.ExamineAsync()).Single(finding => finding.Check == "timers");

        Assert.Equal(isFound, finding.Detail.Contains(timer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_weekly_timer_is_not_missed_in_the_week_in_which_backups_began()
    {
        await Ward.ExecuteAsync("""
            DELETE FROM timer_runs WHERE name IN ('SelfTestVerifier', 'RunRestoreTest');
            UPDATE schema_migrations SET applied_at = now() - interval '90 days';
            INSERT INTO backup_runs (server, job, status, started_at, finished_at)
            VALUES ('clinic', 'backup', 'succeeded', now() - interval '2 days', now())
            """);

        var found = (await Ward.ExamineAsync()).Where(finding => finding.Check == "timers").ToList();

        Assert.DoesNotContain(found, finding => finding.Detail.Contains("SelfTestVerifier", StringComparison.Ordinal));
        Assert.Contains(found, finding => finding.Detail.Contains("RunRestoreTest", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Encryption__LookupKey", "Encryption__LookupKey")]
    [InlineData("Encryption__Keys__local1", "Encryption__Keys__local1")]
    public async Task A_key_that_is_not_the_one_that_rows_were_made_with_is_found(string setting, string mend)
    {
        Ward.Settings[setting] = Convert.ToBase64String(new byte[32]);

        Assert.Contains(mend, (await Ward.FindAsync("encryption-keys")).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_the_spool_laid_aside_are_found()
    {
        var rejected = Directory.CreateDirectory(Path.Combine(Ward.Settings["Spool__Folder"], "rejected"));
        await File.WriteAllTextAsync(
            Path.Combine(rejected.FullName, "1.text"), "x", TestContext.Current.CancellationToken);

        await Ward.FindAsync("spool");
    }

    [Fact]
    public async Task No_finding_repeats_a_secret()
    {
        GoPublic("http://checkins.example.org/api");
        Ward.Settings["Encryption__LookupKey"] = "not-so-secret-canary";
        Ward.Settings["Twilio__SecondaryAuthToken"] = "canary with spaces";
        Ward.Settings["Database__Url"] = "postgres://recoveryos:canary@127.0.0.1:1/recoveryos";

        Assert.All(await Ward.ExamineAsync(), finding =>
            Assert.DoesNotContain("canary", $"{finding.Detail} {finding.Mend}", StringComparison.Ordinal));
    }

    private const string Text = """
        INSERT INTO outbox (
            account_id, member_id, class, template, state, due_at, state_at, phone_ciphertext, phone_key_id, phone_hash)
        SELECT text.*, text.due_at, phone_ciphertext, phone_key_id, phone_hash FROM members, LATERAL (
        """;

    private const string OfMember = " AS due_at FROM members) AS text";

    private void GoPublic(string address)
    {
        Ward.Settings["PublicBaseUrls__0"] = address;
        Ward.Settings["BackupSms__Endpoint"] = "https://ours.communication.azure.com";
        Ward.Settings["BackupSms__From"] = "+15550100101";
        // Store and work folder of a ward are on one disk, which is a problem where it matters.
        Ward.Settings["Backups__Folder"] = Ward.OtherDisk;
    }
}
