using System.Globalization;
using System.Net;
using System.Web;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.PostgresServers;
using Twilio.Security;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class SmsCommandTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly LocalRun run;

    public SmsCommandTests() => run = new LocalRun(temporary.Path);

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
        run.Save(new RunState { Url = "http://127.0.0.1:1", DatabaseUrl = "postgres://nobody@127.0.0.1:1/none" });

        var ended = await CliProcess.RunAsync("sms", "+15555550123", "HELP", "--data", temporary.Path);

        ended.AssertFailed(1, $"There is no local run in {temporary.Path}");
    }

    [Fact]
    public async Task Service_that_does_not_answer_is_one_line()
    {
        TwilioAccount.Ensure(run);
        run.Save(new RunState { Url = "http://127.0.0.1:1", DatabaseUrl = "postgres://nobody@127.0.0.1:1/none" });

        var ended = await CliProcess.RunAsync("sms", "+15555550123", "HELP", "--data", temporary.Path);

        ended.AssertFailed(1, "The service at http://127.0.0.1:1 does not answer");
    }

    [Fact]
    public async Task Text_is_sent_while_the_database_is_away_whatever_it_begins_with()
    {
        var account = TwilioAccount.Ensure(run);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LocalPort.Free()}");
        run.Save(new RunState { Url = url, DatabaseUrl = "postgres://nobody@127.0.0.1:1/none" });
        using var service = new HttpListener { Prefixes = { $"{url}/" } };
        service.Start();
        var answering = AnswerAsync(service);

        var ended = await CliProcess.RunAsync("sms", "+15555550123", "@home", "--data", temporary.Path);

        Assert.Equal("", ended.Error);
        Assert.EndsWith(
            "\nno reply\nOutbox: not known, the database does not answer\n", ended.Output, StringComparison.Ordinal);
        var (signature, body) = await answering;
        var form = HttpUtility.ParseQueryString(body);
        Assert.Equal("@home", form["Body"]);
        Assert.True(
            new RequestValidator(account.AuthToken).Validate($"{url}/webhooks/twilio/inbound", form, signature));
    }

    /// <summary>Takes one request and answers that there is nothing to say.</summary>
    private static async Task<(string Signature, string Body)> AnswerAsync(HttpListener service)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var exchange = await service.GetContextAsync().WaitAsync(cancellationToken);
        using var reader = new StreamReader(exchange.Request.InputStream);
        var body = await reader.ReadToEndAsync(cancellationToken);
        await exchange.Response.OutputStream.WriteAsync("<Response/>"u8.ToArray(), cancellationToken);
        exchange.Response.Close();
        return ($"{exchange.Request.Headers["X-Twilio-Signature"]}", body);
    }
}
