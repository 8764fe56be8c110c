using System.Text.Json.Serialization;
using RecoveryOS.Core.Messaging.CrisisScreens;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.OptOuts;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Messaging.Replies;
using RecoveryOS.Core.Messaging.Spools;
using RecoveryOS.Core.Messaging.Templates;

namespace RecoveryOS.Core.Messaging;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CrisisRuleSet))]
[JsonSerializable(typeof(Dialogue))]
[JsonSerializable(typeof(ErrorCodes))]
[JsonSerializable(typeof(SpooledText))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(OptOutPhrases))]
[JsonSerializable(typeof(ReplySet))]
[JsonSerializable(typeof(TemplateSet))]
internal sealed partial class MessagingJson : JsonSerializerContext;
