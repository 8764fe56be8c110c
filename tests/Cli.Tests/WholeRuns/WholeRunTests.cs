using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RecoveryOS.Cli.Tests.WholeRuns;

/// <summary>One local run, and what a new user does with it.</summary>
public sealed class WholeRunTests(WholeRunTests.Fixture fixture) : IClassFixture<WholeRunTests.Fixture>
{
    private RunProcess Run => fixture.Run;

    private string Store => Path.Combine(Run.Folder, "backups", "recoveryos", "wal");

    [Fact]
    public async Task Printed_commands_work_when_pasted_into_a_shell()
    {
        Assert.Equal(3, Run.PrintedCommands.Length);

        var ended = await CliProcess.RunAsync(
            "bash", new Dictionary<string, string>(), "-euo", "pipefail", "-c", string.Join('\n', Run.PrintedCommands));

        Assert.True(ended.ExitCode == 0, ended.Error);
        var member = JsonNode.Parse(ended.Error[ended.Error.IndexOf('{', StringComparison.Ordinal)..]);
        var checkIn = JsonNode.Parse(ended.Output);
        Assert.True(Guid.TryParse($"{member?["id"]}", out _), ended.Error);
        Assert.True(Guid.TryParse($"{checkIn?["id"]}", out _), ended.Output);
        Assert.Equal($"{member?["id"]}", $"{checkIn?["member_id"]}");
        Assert.Equal("insufficient_data", $"{checkIn?["risk"]?["state"]}");
    }

    [Fact]
    public async Task Every_change_is_kept_in_a_store_in_the_runs_folder()
    {
        var started = TimeProvider.System.GetTimestamp();
        var status = await Run.CliAsync("wal", "status");
        while (status.ExitCode != 0 || Parts() == 0)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), status.Output + status.Error);
            status = await Run.CliAsync("wal", "status");
        }

        Assert.Matches(@"^recoveryos  receiving  written [0-9A-F]+/[0-9A-F]+ ", status.Output);

        int Parts() => Directory.Exists(Store)
            ? Directory.EnumerateFiles(Store, "*.gz*", SearchOption.AllDirectories).Count()
            : 0;
    }

    [Fact]
    public async Task Tokens_speak_for_their_role_in_the_runs_account()
    {
        var clinician = await Run.TokenAsync("--role", "clinician");
        var member = await EnrolAsync(clinician, "+14165550124");
        var own = $"/v1/check-ins?member_id={member}";

        Assert.Equal(HttpStatusCode.OK, await GetAsync(own, "--role", "member", "--member", $"{member}"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/alerts", "--role", "clinician"));
        // Known and yet refused: an operator sees nothing clinical.
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/v1/alerts", "--role", "operator"));

        async Task<HttpStatusCode> GetAsync(string path, params string[] role) =>
            (await Run.SendAsync(HttpMethod.Get, path, await Run.TokenAsync(role))).Status;
    }

    [Fact]
    public async Task Account_that_is_created_does_not_see_the_others_members()
    {
        var ended = await Run.CliAsync("account", "create", "Riverside clinic");
        Assert.True(Guid.TryParse(ended.Output.TrimEnd('\n'), out var account), ended.Error);
        var member = await EnrolAsync(await Run.TokenAsync("--role", "clinician"), "+14165550125");

        var theirs = await Run.TokenAsync("--role", "clinician", "--account", $"{account}");

        Assert.NotEqual(Run.AccountId, account);
        Assert.Equal(
            HttpStatusCode.NotFound, (await Run.SendAsync(HttpMethod.Get, $"/v1/members/{member}", theirs)).Status);
    }

    [Fact]
    public async Task Demo_shows_four_members_and_the_alert_of_the_one_for_whom_it_gets_harder()
    {
        var ended = await Run.CliAsync("demo");

        Assert.True(ended.ExitCode == 0, ended.Error);
        var rows = ended.Output.Split('\n').SkipWhile(line => !line.StartsWith("member ", StringComparison.Ordinal))
            .Skip(1).TakeWhile(line => line.Length > 0).ToList();
        Assert.Equal(["steady", "better", "harder", "uneven"], rows.Select(row => row.Split(' ')[0]));
        Assert.EndsWith("none", rows[0], StringComparison.Ordinal);
        Assert.Matches("high +high risk", rows[2]);
        Assert.EndsWith("It opened: medium engagement, critical safety\n", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_is_answered_and_its_copy_is_not()
    {
        const string Phone = "+14165550126";
        const string Sid = "SM0123456789abcdef0123456789abcdef";
        var clinician = await Run.TokenAsync("--role", "clinician");
        var member = await EnrolAsync(clinician, Phone);

        var first = await Run.CliAsync("sms", Phone, "80 2 15 7.5 20", "--sid", Sid);
        var copy = await Run.CliAsync("sms", Phone, "80 2 15 7.5 20", "--sid", Sid);

        Assert.Matches($"^Text: {Sid}\nReply: Thank you for checking in.*\nOutbox: nothing\n$", first.Output);
        Assert.Equal($"Text: {Sid}\nno reply\nOutbox: nothing\n", copy.Output);
        var (_, checkIns) = await Run.SendAsync(HttpMethod.Get, $"/v1/check-ins?member_id={member}", clinician);
        Assert.Equal("sms", $"{Assert.Single(checkIns?["data"]?.AsArray() ?? [])?["channel"]}");
    }

    [Fact]
    public async Task Crisis_text_shows_whom_it_queued_a_text_to()
    {
        const string Phone = "+14165550127";
        var clinician = await Run.TokenAsync("--role", "clinician");
        await EnrolAsync(clinician, Phone);
        await Run.SendAsync(
            HttpMethod.Put, "/v1/on-call", clinician, """[{"name":"On-call clinician","phone":"+14165550199"}]""");

        var ended = await Run.CliAsync("sms", Phone, "i dont want to be here anymore");

        Assert.Contains("Reply: Thank you for telling us.", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"Outbox:\n  id .*\n  [0-9a-f-]{36}  crisis +safety_alert +…0199  \S+ \S+Z\n$", ended.Output);
    }

    [Fact]
    public async Task Texts_are_taken_by_simulators_that_live_as_long_as_the_run()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var run = await RunProcess.StartAsync();
        using var client = new HttpClient();
        var addresses = await File.ReadAllTextAsync(Path.Combine(run.Folder, "simulators.json"), cancellationToken);
        using var json = JsonDocument.Parse(addresses);
        Uri[] urls = [.. json.RootElement.EnumerateObject().Select(one => new Uri($"{one.Value}/simulator/messages"))];

        foreach (var url in urls)
            Assert.Equal("[]", await client.GetStringAsync(url, cancellationToken));
        Assert.Contains($"{urls[0]}", run.Output, StringComparison.Ordinal);

        Assert.Equal(0, await run.StopAsync(TimeSpan.FromSeconds(10)));
        foreach (var url in urls)
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(url, cancellationToken));
    }

    [Fact]
    public async Task Second_run_on_the_same_folder_is_refused_and_says_where_the_first_one_is()
    {
        var ended = await Run.CliAsync("run");

        ended.AssertFailed(1, $"already runs on {Run.Folder} (process ");
        Assert.Contains(Run.Url, ended.Error, StringComparison.Ordinal);
    }

    private async Task<Guid> EnrolAsync(string token, string phone)
    {
        var (_, member) = await Run.SendAsync(HttpMethod.Post, "/v1/members", token, $$"""
            {"display_code":"R-002","timezone":"Etc/UTC","phone":"{{phone}}","country":"CA","language":"en"}
            """);
        return Guid.Parse($"{member?["id"]}");
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private RunProcess? run;

        internal RunProcess Run => run ?? throw new InvalidOperationException("the run was not started");

        public async ValueTask InitializeAsync() => run = await RunProcess.StartAsync();

        public ValueTask DisposeAsync() => run?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
