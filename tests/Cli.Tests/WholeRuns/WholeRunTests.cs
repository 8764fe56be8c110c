using System.Net;
using System.Text.Json.Nodes;

namespace RecoveryOS.Cli.Tests.WholeRuns;

/// <summary>One local run, and what a new user does with it.</summary>
public sealed class WholeRunTests(WholeRunTests.Fixture fixture) : IClassFixture<WholeRunTests.Fixture>
{
    private RunProcess Run => fixture.Run;

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
    public async Task Tokens_speak_for_their_role_in_the_runs_account()
    {
        var clinician = await Run.TokenAsync("--role", "clinician");
        var (_, member) = await Run.SendAsync(HttpMethod.Post, "/v1/members", clinician, """
            {"display_code":"R-002","timezone":"Etc/UTC","phone":"+14165550124","country":"CA","language":"en"}
            """);
        var own = $"/v1/check-ins?member_id={member?["id"]}";

        Assert.Equal(
            HttpStatusCode.OK,
            (await Run.SendAsync(HttpMethod.Get, own, await Run.TokenAsync("--role", "member", "--member", $"{member?["id"]}"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Run.SendAsync(HttpMethod.Get, "/v1/alerts", clinician)).Status);
        // Known and yet refused: an operator sees nothing clinical.
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await Run.SendAsync(HttpMethod.Get, "/v1/alerts", await Run.TokenAsync("--role", "operator"))).Status);
    }

    [Fact]
    public async Task Account_that_is_created_does_not_see_the_others_members()
    {
        var ended = await Run.CliAsync("account", "create", "Riverside clinic");
        Assert.True(Guid.TryParse(ended.Output.TrimEnd('\n'), out var account), ended.Error);
        var (_, member) = await Run.SendAsync(
            HttpMethod.Post, "/v1/members", await Run.TokenAsync("--role", "clinician"), """
            {"display_code":"R-003","timezone":"Etc/UTC","phone":"+14165550125","country":"CA","language":"en"}
            """);

        var theirs = await Run.TokenAsync("--role", "clinician", "--account", $"{account}");

        Assert.NotEqual(Run.AccountId, account);
        Assert.Equal(
            HttpStatusCode.NotFound, (await Run.SendAsync(HttpMethod.Get, $"/v1/members/{member?["id"]}", theirs)).Status);
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
    }

    [Fact]
    public async Task Second_run_on_the_same_folder_is_refused_and_says_where_the_first_one_is()
    {
        var ended = await Run.CliAsync("run");

        ended.AssertFailed(1, $"already runs on {Run.Folder} (process ");
        Assert.Contains(Run.Url, ended.Error, StringComparison.Ordinal);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private RunProcess? run;

        internal RunProcess Run => run ?? throw new InvalidOperationException("the run was not started");

        public async ValueTask InitializeAsync() => run = await RunProcess.StartAsync();

        public ValueTask DisposeAsync() => run?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
