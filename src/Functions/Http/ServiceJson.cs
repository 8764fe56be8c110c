using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using RecoveryOS.Core.Alerts;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Consents;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Members;
using RecoveryOS.Core.Messaging.Messages;
using RecoveryOS.Core.OnCall;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Functions.Http;

/// <summary>The JSON of all answers: snake_case, times in UTC.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(LsnJson)])]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(BackupRun))]
[JsonSerializable(typeof(CheckIn))]
[JsonSerializable(typeof(Consent))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(Member))]
[JsonSerializable(typeof(MemberRisk))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(Page<Alert>))]
[JsonSerializable(typeof(Page<BackupRun>))]
[JsonSerializable(typeof(Page<CheckIn>))]
[JsonSerializable(typeof(Page<Consent>))]
[JsonSerializable(typeof(Page<OnCallContact>))]
[JsonSerializable(typeof(Page<RestoreTest>))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(RecoveryWindow))]
[JsonSerializable(typeof(RestoreTest))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class ServiceJson : JsonSerializerContext
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
