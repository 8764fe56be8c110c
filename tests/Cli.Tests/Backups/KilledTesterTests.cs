using System.Diagnostics;
using System.Security.Cryptography;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Backups;

/// <summary>A tester that is killed leaves servers and data; the next start removes all of it.</summary>
public sealed class KilledTesterTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Files by which a phase is known, below a scratch folder.</summary>
    [Theory]
    [InlineData("data/recoveryos-restore-unfinished")]
    [InlineData("data/recoveryos-restore.log")]
    public async Task Nothing_runs_and_nothing_is_on_disk_after_the_next_start(string sign)
    {
        using var folder = new TemporaryFolder();
        var scratch = Path.Combine(folder.Path, "work", "scratch");
        using var tester = await StartAsync(folder.Path);
        await UntilAsync(() => Directory.Exists(scratch)
            && Directory.EnumerateDirectories(scratch).Any(path => File.Exists(Path.Combine(path, sign))), tester);

        ProcessTable.Kill(tester.Id);
        await tester.WaitForExitAsync(CancellationToken);
        var left = Directory.EnumerateDirectories(scratch).Select(path => Path.Combine(path, "data")).ToList();
        Assert.NotEmpty(left);

        await new ScratchFolders(scratch).RemoveAbandonedAsync(CancellationToken);

        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch));
        Assert.All(left, data => Assert.Empty(ProcessTable.WithArguments("postgres", data)));
    }

    private async Task<Process> StartAsync(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var start = CliProcess.Cli("restore-test", "self-test");
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["Backups__Store__Url"] = Directory.CreateDirectory(Path.Combine(folder, "store")).FullName,
            ["Backups__Folder"] = Path.Combine(folder, "work"),
            ["Backups__Signing__KeyId"] = "test",
            ["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
            ["Database__Url"] = await postgres.CreateDatabaseAsync("migrated", MigrateAsync, CancellationToken),
            ["Encryption__ActiveKeyId"] = "test",
            ["Encryption__Keys__test"] = Convert.ToBase64String(new byte[32]),
            ["Encryption__LookupKey"] = Convert.ToBase64String(new byte[32]),
        })
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("the command did not start");
    }

    private static async Task UntilAsync(Func<bool> condition, Process tester)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (tester.HasExited)
                Assert.Fail(
                    $"The tester ended by itself: {await tester.StandardError.ReadToEndAsync(CancellationToken)}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, "the phase did not come");
            await Task.Delay(2, CancellationToken);
        }
    }

    private static async Task MigrateAsync(string url, CancellationToken cancellationToken)
    {
        await using var dataSource = DatabaseServices.CreateDataSource(url);
        await new Migrator(dataSource).MigrateAsync(cancellationToken);
    }
}
