using System.Diagnostics;
using System.Net.Sockets;

namespace FunctionsWorker.Tests;

/// <summary>The sample app in a process of its own.</summary>
internal sealed class SampleProcess : IDisposable
{
    private readonly Process _process;

    private SampleProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int ExitCode => _process.ExitCode;

    public static async Task<SampleProcess> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [SampleAssembly()])
        {
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" },
            RedirectStandardOutput = true,
        });
        Assert.NotNull(process);
        var address = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(address);
        return new(process, new(address));
    }

    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public Task ExitAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    /// <summary>Null where nobody listens.</summary>
    public async Task<TcpClient?> TryConnectAsync()
    {
        var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(Address.Host, Address.Port, TestContext.Current.CancellationToken);
            return connection;
        }
        catch (SocketException)
        {
            connection.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static string SampleAssembly()
    {
        var output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var name = Path.GetFileName(output);
        return Path.Combine(output, "..", "..", "FunctionsWorker.Sample", name, "FunctionsWorker.Sample.dll");
    }
}
