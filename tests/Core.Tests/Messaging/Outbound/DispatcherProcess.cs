using System.Diagnostics;
using RecoveryOS.Simulators;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A dispatcher in a process of its own, to be killed.</summary>
internal sealed class DispatcherProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "DispatcherProcess",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "DispatcherProcess.dll");

    private readonly Process process;
    private readonly Task<string?> ready;

    private DispatcherProcess(Process process)
    {
        this.process = process;
        ready = process.StandardOutput.ReadLineAsync();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    public static DispatcherProcess Start(string database, Uri twilio, TwilioCredentials account)
    {
        var key = Convert.ToBase64String(new byte[32]);
        var start = new ProcessStartInfo("dotnet", [Program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["Database__Url"] = database,
            ["Encryption__ActiveKeyId"] = "k1",
            ["Encryption__Keys__k1"] = key,
            ["Encryption__LookupKey"] = key,
            ["PublicBaseUrls__0"] = "https://texts.example",
            ["Twilio__AccountSid"] = account.AccountSid,
            ["Twilio__AuthToken"] = account.AuthToken,
            ["Twilio__MessagingServiceSid"] = $"MG{1:D32}",
            ["Twilio__ApiBaseUrl"] = twilio.ToString(),
        })
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start"));
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken) =>
        Assert.Equal("ready", await ready.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken));

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
