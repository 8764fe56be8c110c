using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Messaging.Providers;

internal sealed record AzureSmsRequest(
    string From, IReadOnlyList<AzureSmsRecipient> SmsRecipients, string Message, AzureSmsSendOptions SmsSendOptions);

/// <param name="RepeatabilityRequestId">A second request with the same id is not carried out again.</param>
/// <param name="RepeatabilityFirstSent">RFC 1123; part of the request's identity, so always the same.</param>
internal sealed record AzureSmsRecipient(string To, string RepeatabilityRequestId, string RepeatabilityFirstSent);

internal sealed record AzureSmsSendOptions(bool EnableDeliveryReport, string Tag);

internal sealed record AzureSmsResponse(IReadOnlyList<AzureSmsResult>? Value);

/// <summary>What became of one recipient's text.</summary>
/// <param name="HttpStatusCode">202 when it was taken.</param>
internal sealed record AzureSmsResult(string? MessageId, int HttpStatusCode, bool Successful, string? ErrorMessage);

/// <param name="DeliveryStatus"><c>Delivered</c> or <c>Failed</c>.</param>
internal sealed record AzureDeliveryReport(string? DeliveryStatus, string? DeliveryStatusDetails);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AzureDeliveryReport))]
[JsonSerializable(typeof(AzureSmsRequest))]
[JsonSerializable(typeof(AzureSmsResponse))]
internal sealed partial class AzureSmsJson : JsonSerializerContext;
