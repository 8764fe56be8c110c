using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using RecoveryOS.Simulators;

// TwilioSimulator [--twilio-port N] [--backup-port N] [--addresses FILE]
// The account is in TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, because a command line is everybody's to read.
var options = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : "");
TwilioCredentials credentials = new(Setting("TWILIO_ACCOUNT_SID"), Setting("TWILIO_AUTH_TOKEN"));
TaskCompletionSource stop = new();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using TwilioServer twilio = new(credentials);
await using BackupServer backup = new();
await twilio.StartAsync(Port("--twilio-port"), CancellationToken.None);
await backup.StartAsync(Port("--backup-port"), CancellationToken.None);

var addresses = JsonSerializer.Serialize(new(twilio.Address, backup.Address), SimulatorJson.Default.Addresses);
Console.WriteLine(addresses);
if (options.GetValueOrDefault("--addresses") is { } file)
{
    // Whole or not at all: somebody waits for it.
    await File.WriteAllTextAsync($"{file}.new", addresses);
    File.Move($"{file}.new", file, overwrite: true);
}

await stop.Task;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

string Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
    ? value
    : throw new InvalidOperationException($"Set {name}.");

int Port(string option) => int.Parse(options.GetValueOrDefault(option, "0"), CultureInfo.InvariantCulture);
