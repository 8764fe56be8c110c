using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace RecoveryOS.Cli.Tests.WholeRuns;

/// <summary>An operator asks a running service over HTTP to prove its backups, and gets the evidence.</summary>
public sealed class RestoreTestRequestTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData(
        """{"method":"physical","target":{"kind":"manifest"}}""",
        "read_back", "target_reached", "page_checksums", "data_manifest")]
    [InlineData("""{"method":"logical"}""", "restore", "read_back", "data_manifest")]
    public async Task A_test_that_was_asked_for_over_http_ends_with_evidence(string wanted, params string[] checks)
    {
        await using var run = await RunProcess.StartAsync();
        var token = await run.TokenAsync("--role", "operator");
        await run.FireAsync("CatchUpBackups", () => Count(run, "catalogue") >= 3);
        await run.FireAsync("RecordHeartbeat", () => Count(run, "heartbeats") > 0);
        // The first backup is older than the canaries.
        await run.FireAsync("TakeBackup", () => Count(run, "catalogue") >= 4);
        await ReachableAsync(run, token, TimeProvider.System.GetUtcNow());

        var (status, asked) = await run.SendAsync(HttpMethod.Post, "/v1/restore-tests", token, wanted);

        Assert.Equal((HttpStatusCode.Accepted, "queued"), (status, Text(asked, "status")));
        var finished = await FinishedAsync(run, token, Text(asked, "id"));
        Assert.True(Text(finished, "verdict") is "passed", $"{finished}");
        Assert.Empty(Assert.IsType<JsonArray>(finished["reasons"]));
        var evidence = Assert.IsType<JsonObject>(finished["evidence"]);
        Assert.Equal(Text(finished, "id"), Text(evidence, "test_id"));
        Assert.Equal(
            "The scratch server was ended and its folder deleted; both were looked for and are gone.",
            Text(evidence, "teardown"));
        var made = Assert.IsType<JsonArray>(evidence["checks"])
            .ToDictionary(check => Text(check, "name"), check => Text(check, "result"));
        Assert.All(checks, check => Assert.Equal("passed", made.GetValueOrDefault(check)));
        Assert.DoesNotContain(made, check => check.Value is not "passed");
        var (_, list) = await run.SendAsync(HttpMethod.Get, "/v1/restore-tests", token);
        Assert.Equal("passed", Text(Assert.Single(Assert.IsType<JsonArray>(list?["data"])), "verdict"));

        // What an auditor is given is signed, and tells by itself whether it was changed.
        var verified = await run.CliAsync("restore-test", "verify", Text(finished, "id"));
        Assert.True(verified.ExitCode is 0, verified.Output + verified.Error);
    }

    private static async Task<JsonNode> FinishedAsync(RunProcess run, string token, string id)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var (status, test) = await run.SendAsync(HttpMethod.Get, $"/v1/restore-tests/{id}", token);
            Assert.Equal(HttpStatusCode.OK, status);
            if (test is not null && Text(test, "status") is "finished")
                return test;
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"{test}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Until what is committed now can be restored.</summary>
    private static async Task ReachableAsync(RunProcess run, string token, DateTimeOffset since)
    {
        await run.FireAsync("RecordHeartbeat", () => true);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var (status, window) = await run.SendAsync(HttpMethod.Get, "/v1/recovery-window", token);
            Assert.Equal(HttpStatusCode.OK, status);
            if (window?["latest"]?.GetValue<DateTimeOffset>() >= since)
                return;
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"{window}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static int Count(RunProcess run, string folder)
    {
        var path = Path.Combine(run.Folder, "backups", "recoveryos", folder);
        return Directory.Exists(path) ? Directory.GetFiles(path).Length : 0;
    }

    private static string Text(JsonNode? node, string name) => node?[name]?.GetValue<string>() ?? "";
}
