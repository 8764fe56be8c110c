using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class SmsCommandTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task Outside_a_local_run_nothing_is_sent()
    {
        var ended = await CliProcess.RunAsync("sms", "+15555550123", "HELP", "--data", temporary.Path);

        ended.AssertFailed(1, $"No local run runs on {temporary.Path}");
    }

    [Fact]
    public async Task Service_without_a_local_runs_token_is_sent_nothing()
    {
        new LocalRun(temporary.Path).Save(new RunState { Url = "http://127.0.0.1:1", DatabaseUrl = "postgres://127.0.0.1/none" });

        var ended = await CliProcess.RunAsync("sms", "+15555550123", "@home", "--data", temporary.Path);

        ended.AssertFailed(1, $"There is no local run in {temporary.Path}");
    }
}
