using System.Security.Cryptography;
using System.Text.Json;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class RestoreCommandTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--to-time is a time with its zone", "--to-time", "yesterday")]
    [InlineData("--to-time is a time with its zone", "--to-time", "2026-01-31 13:05")]
    [InlineData("--to-lsn is a position", "--to-lsn", "16")]
    [InlineData("Name one of --to-time", "--newest", "--to-lsn", "16/0")]
    [InlineData("--database goes without --target", "--database", "x", "--target", "/tmp/x")]
    public async Task What_is_asked_for_is_looked_at_first(string complaint, params string[] arguments) =>
        (await CliProcess.RunAsync(["restore", .. arguments])).AssertFailed(2, complaint);

    [Fact]
    public async Task A_server_is_restored_started_and_proved()
    {
        using var folder = new TemporaryFolder();
        await using var source = await PostgresServer.StartAsync(
            Path.Combine(folder.Path, "source"), new Dictionary<string, string> { ["fsync"] = "off" },
            CancellationToken);
        var environment = Settings(folder.Path, source);
        var target = Path.Combine(folder.Path, "restored");
        AssertDone(await CliProcess.RunAsync(environment, "backup"));

        var unasked = await CliProcess.RunAsync(environment, "restore", "--newest", "--target", target);
        Assert.Equal(1, unasked.ExitCode);
        Assert.False(Directory.Exists(target));
        AssertDone(await CliProcess.RunAsync(environment, "restore", "--target", target, "--dry-run"));
        Assert.False(Directory.Exists(target));

        var restored = await CliProcess.RunAsync(
            environment, "restore", "--newest", "--target", target, "--start", "--yes", "--json");
        try
        {
            AssertDone(restored);
            using var report = JsonDocument.Parse(restored.Output);
            Assert.Equal(
                "reached consistency", report.RootElement.GetProperty("reached").GetProperty("proof").GetString());
            Assert.Equal(2, report.RootElement.GetProperty("new_timeline").GetInt32());
            Assert.Contains(
                report.RootElement.GetProperty("notes").EnumerateArray(),
                note => $"{note}".Contains("the same system identifier runs on", StringComparison.Ordinal));
            var asked = await PostgresTool.RunAsync(
                [
                    source.Binaries["psql"], "-h", report.RootElement.GetProperty("socket_folder").GetString() ?? "",
                    "-U", report.RootElement.GetProperty("superuser").GetString() ?? "", "-c", "SELECT 1", "postgres",
                ],
                null, null, null, CancellationToken);
            Assert.True(asked.ExitCode == 0, asked.Reason);
            Assert.DoesNotContain(
                "recovery_target",
                await File.ReadAllTextAsync(Path.Combine(target, "postgresql.auto.conf"), CancellationToken),
                StringComparison.Ordinal);

            var over = await CliProcess.RunAsync(environment, "restore", "--newest", "--target", target, "--yes");
            Assert.Equal(1, over.ExitCode);
            Assert.Contains("A PostgreSQL server runs on", over.Error, StringComparison.Ordinal);
            var window = await CliProcess.RunAsync(environment, "window");
            Assert.Contains("|", window.Output, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var process in ProcessTable.WithWorkingFolder(target))
                ProcessTable.Kill(process);
            await ProcessTable.WaitUntilGoneAsync(
                () => ProcessTable.WithWorkingFolder(target), TimeSpan.FromSeconds(10), CancellationToken.None);
        }
    }

    private static void AssertDone(CliProcess command) =>
        Assert.True(command.ExitCode == 0, command.Output + command.Error);

    private static Dictionary<string, string> Settings(string folder, PostgresServer source)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(Path.Combine(folder, "store"));
        return new Dictionary<string, string>
        {
            ["Database__Url"] = source.Url("postgres"),
            ["Backups__Store__Url"] = Path.Combine(folder, "store"),
            ["Backups__Folder"] = Path.Combine(folder, "work"),
            ["Backups__Signing__KeyId"] = "test",
            ["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
        };
    }
}
