using System.Text.Json.Serialization;
using RecoveryOS.Core.Messaging.CrisisScreens;

namespace RecoveryOS.Core.Messaging;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CrisisRuleSet))]
internal sealed partial class MessagingJson : JsonSerializerContext;
