using System.Text.Json.Serialization;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Cli.Commands;
using RecoveryOS.Cli.Doctors;
using RecoveryOS.Cli.Wal;
using RecoveryOS.Core.Backups.Restores.Dumps;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Cli.LocalRuns;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(LsnJson)])]
[JsonSerializable(typeof(BackupKeys))]
[JsonSerializable(typeof(BackupList))]
[JsonSerializable(typeof(ChainReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(List<RecoveryWindow>))]
[JsonSerializable(typeof(RestoredDatabase))]
[JsonSerializable(typeof(RestoreReport))]
[JsonSerializable(typeof(List<TakenBackup>))]
[JsonSerializable(typeof(EvidenceVerdict))]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(EncryptionKeys))]
[JsonSerializable(typeof(KeySet))]
[JsonSerializable(typeof(SimulatorAddresses))]
[JsonSerializable(typeof(TwilioAccount))]
[JsonSerializable(typeof(List<WalStatus>))]
internal sealed partial class CliJson : JsonSerializerContext;
