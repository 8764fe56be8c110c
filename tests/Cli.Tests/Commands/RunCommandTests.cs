using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class RunCommandTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task Second_run_on_a_folder_says_which_one_holds_it()
    {
        var run = new LocalRun(temporary.Path);
        await using var held = run.Lock();
        run.Save(new RunState { ProcessId = 4711, Url = "http://127.0.0.1:7071" });

        var ended = await CliProcess.RunAsync("run", "--data", temporary.Path);

        ended.AssertFailed(1, $"already runs on {temporary.Path} (process 4711, http://127.0.0.1:7071)");
    }

    [Fact]
    public async Task Port_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var ended = await CliProcess.RunAsync("run", "--data", temporary.Path, "--port", port);

        ended.AssertFailed(1, $"Port {port} is in use");
    }

    [Fact]
    public async Task Failed_start_lets_go_of_the_folder()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await CliProcess.RunAsync("run", "--data", temporary.Path, "--port", port);
        var run = new LocalRun(temporary.Path);

        await using var held = run.Lock();

        Assert.Null(run.Load().ProcessId);
    }

    [Fact]
    public async Task Database_that_does_not_answer_is_one_line()
    {
        var ended = await CliProcess.RunAsync("migrate", "--database-url", "postgres://nobody:secret@127.0.0.1:1/none");

        ended.AssertFailed(1, "The database does not answer");
    }

    [Fact]
    public async Task Commands_without_a_running_local_run_say_how_to_start_one()
    {
        var ended = await CliProcess.RunAsync("account", "create", "Riverside", "--data", temporary.Path);

        ended.AssertFailed(1, "start one with ./recoveryos run");
    }
}
