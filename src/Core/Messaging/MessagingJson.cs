using System.Text.Json.Serialization;
using RecoveryOS.Core.Messaging.CrisisScreens;
using RecoveryOS.Core.Messaging.OptOuts;
using RecoveryOS.Core.Messaging.Replies;

namespace RecoveryOS.Core.Messaging;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CrisisRuleSet))]
[JsonSerializable(typeof(OptOutPhrases))]
[JsonSerializable(typeof(ReplySet))]
internal sealed partial class MessagingJson : JsonSerializerContext;
