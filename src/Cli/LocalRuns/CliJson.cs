using System.Text.Json.Serialization;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Cli.Doctors;

namespace RecoveryOS.Cli.LocalRuns;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(List<TakenBackup>))]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(EncryptionKeys))]
[JsonSerializable(typeof(KeySet))]
[JsonSerializable(typeof(SimulatorAddresses))]
[JsonSerializable(typeof(TwilioAccount))]
internal sealed partial class CliJson : JsonSerializerContext;
