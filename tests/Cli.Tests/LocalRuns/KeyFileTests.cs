using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.LocalRuns;

public sealed class KeyFileTests : IDisposable
{
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder temporary = new();
    private readonly LocalRun run;

    public KeyFileTests()
    {
        run = new LocalRun(temporary.Path);
        SigningKey.Ensure(run);
        EncryptionKeys.Ensure(run);
        TwilioAccount.Ensure(run);
        run.Save(new RunState { DatabaseUrl = "postgres://recoveryos:secret@127.0.0.1/recoveryos" });
    }

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Keys_and_state_are_their_owners_only()
    {
        Assert.Equal(OwnerReadsAndWrites | UnixFileMode.UserExecute, File.GetUnixFileMode(run.KeysFolder));
        Assert.All(
            Directory.GetFiles(run.Folder, "*.json", SearchOption.AllDirectories),
            file => Assert.Equal(OwnerReadsAndWrites, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Public_keys_hold_no_secret()
    {
        var text = File.ReadAllText(SigningKey.PublicFile(run));

        Assert.All(
            ["\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\""],
            name => Assert.DoesNotContain(name, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_stay_the_same_from_run_to_run()
    {
        var before = ReadAll();

        SigningKey.Ensure(run);
        EncryptionKeys.Ensure(run);
        TwilioAccount.Ensure(run);

        Assert.Equal(before, ReadAll());
    }

    [Fact]
    public void Encryption_keys_are_32_bytes_each_and_no_two_alike()
    {
        var keys = EncryptionKeys.Ensure(run);
        string[] all = [keys.LookupKey, .. keys.Keys.Values];

        Assert.Contains(keys.ActiveKeyId, keys.Keys.Keys);
        Assert.All(all, key => Assert.Equal(32, Convert.FromBase64String(key).Length));
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void Twilio_account_looks_like_one_and_is_no_other_runs()
    {
        using var elsewhere = new TemporaryFolder();
        var account = TwilioAccount.Ensure(run);
        var other = TwilioAccount.Ensure(new LocalRun(elsewhere.Path));

        Assert.Matches("^AC[0-9a-f]{32}$", account.AccountSid);
        Assert.Matches("^[0-9a-f]{32}$", account.AuthToken);
        Assert.Matches(@"^\+1[0-9]{10}$", account.Number);
        Assert.NotEqual(account.AuthToken, other.AuthToken);
    }

    private string[] ReadAll() => [.. Directory.GetFiles(run.KeysFolder).Order().Select(File.ReadAllText)];
}
