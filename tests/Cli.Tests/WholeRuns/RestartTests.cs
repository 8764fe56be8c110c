using System.Net;

namespace RecoveryOS.Cli.Tests.WholeRuns;

/// <summary>What a local run leaves behind, and finds again.</summary>
public sealed class RestartTests(ITestOutputHelper output)
{
    // Warm is 8 s on a machine with nothing else to do.
    private static readonly TimeSpan WarmLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Data_stays_when_the_run_is_stopped_and_when_it_is_killed()
    {
        await using var run = await RunProcess.StartAsync();
        var store = Path.Combine(run.Folder, "backups", "recoveryos");
        // The start of the WAL, a base backup and a dump: the first ones are taken without being asked for.
        await run.FireAsync("CatchUpBackups", () => Count("catalogue") >= 3);
        var doctor = await run.CliAsync("doctor");
        Assert.True(doctor.ExitCode == 0, doctor.Output + doctor.Error);
        var account = run.AccountId;
        var path = await EnrolAsync(run);
        output.WriteLine($"first start: {run.StartUp.TotalSeconds:F1} s");
        // Whatever the service adds to its database must be there when the next start looks at the schema.
        await run.FireAsync("RecordHeartbeat", () => Count("heartbeats") > 0);

        Assert.Equal(0, await run.StopAsync(StopLimit));
        await run.StartAgainAsync();
        await AssertKeptAsync("stopped");

        await run.KillAsync();
        await run.StartAgainAsync();
        await AssertKeptAsync("killed");

        int Count(string folder) =>
            Directory.Exists(Path.Combine(store, folder)) ? Directory.GetFiles(Path.Combine(store, folder)).Length : 0;

        async Task AssertKeptAsync(string how)
        {
            output.WriteLine($"start after it was {how}: {run.StartUp.TotalSeconds:F1} s");
            Assert.True(run.StartUp < WarmLimit, $"{run.StartUp.TotalSeconds:F1} s to start after it was {how}");
            Assert.Equal(account, run.AccountId);
            var (status, body) = await run.SendAsync(HttpMethod.Get, path, await run.TokenAsync("--role", "clinician"));
            Assert.True(status is HttpStatusCode.OK, $"{path} {body} {account} {run.Output}");
        }
    }

    private static async Task<string> EnrolAsync(RunProcess run)
    {
        var (status, member) = await run.SendAsync(
            HttpMethod.Post, "/v1/members", await run.TokenAsync("--role", "clinician"), """
            {"display_code":"R-001","timezone":"Etc/UTC","phone":"+14165550123","country":"CA","language":"en"}
            """);
        Assert.Equal(HttpStatusCode.Created, status);
        return $"/v1/members/{member?["id"]}";
    }
}
