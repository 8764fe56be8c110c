using System.Text.Json;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>Where the simulators listen, as they write it themselves.</summary>
internal sealed record SimulatorAddresses(Uri Twilio, Uri Backup);

/// <summary>
/// The simulators of Twilio and of the backup provider: they take the local run's texts and answer as the real ones
/// would, and nothing leaves this machine.
/// </summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private readonly LocalProgram program;

    private SimulatorProcess(LocalProgram program, SimulatorAddresses addresses) =>
        (this.program, Addresses) = (program, addresses);

    public SimulatorAddresses Addresses { get; }

    /// <summary>Stops what a killed run left behind.</summary>
    public static Task StopOrphansAsync(LocalRun run, CancellationToken cancellationToken) =>
        LocalProgram.StopOrphansAsync(run, Installation.Simulator, cancellationToken);

    /// <exception cref="CliException">It is not built, ended, or was not ready in time.</exception>
    public static async Task<SimulatorProcess> StartAsync(LocalRun run, CancellationToken cancellationToken)
    {
        var account = TwilioAccount.Ensure(run);
        var file = Path.Combine(run.Folder, "simulators.json");
        File.Delete(file);
        var program = LocalProgram.Start(
            run,
            "simulator of Twilio",
            Path.Combine(run.Folder, "logs", "simulators.log"),
            [Installation.Simulator, "--addresses", file],
            new Dictionary<string, string>
            {
                ["TWILIO_ACCOUNT_SID"] = account.AccountSid,
                ["TWILIO_AUTH_TOKEN"] = account.AuthToken,
            });
        try
        {
            await program.WaitUntilAsync(_ => Task.FromResult(File.Exists(file)), cancellationToken);
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            return new(
                program,
                JsonSerializer.Deserialize(text, CliJson.Default.SimulatorAddresses)
                    ?? throw new CliException($"{file} holds no addresses."));
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => program.DisposeAsync();
}
