using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RecoveryOS.Simulators;

/// <summary>
/// Azure Communication Services' SMS on this machine: POST /sms
/// (https://learn.microsoft.com/rest/api/communication/sms/send) and GET /deliveryReports. A repeated request is
/// answered and not carried out.
/// </summary>
public sealed class BackupServer(Faults? faults = null, int? seed = null) : SimulatorServer(faults, seed)
{
    private readonly ConcurrentDictionary<string, string> byRequest = new();

    private protected override async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == "GET" && context.Request.Path.StartsWithSegments("/deliveryReports", out var id))
        {
            await ReportAsync(context, BySid((id.Value ?? "").TrimStart('/')));
            return;
        }

        if (context.Request is not { Method: "POST", Path.Value: "/sms" }
            || context.Request.Query["api-version"] != "2021-03-07")
        {
            await ErrorAsync(context, 404);
            return;
        }

        using var json = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var root = json.RootElement;
        var recipient = root.GetProperty("smsRecipients")[0];
        var to = recipient.GetProperty("to").GetString() ?? "";
        if (Faults.For(Faults.Refusals, to) is { } code)
        {
            await RefuseAsync(context, to, code);
            return;
        }

        await TakeAsync(
            context,
            take: () =>
            {
                var id = Take(root, recipient, to);
                return () => AnswerAsync(context, to, 202, id, error: null);
            },
            refuse: status => ErrorAsync(context, status));
    }

    /// <summary>What became of a text, once it has been on its way for three steps; 404 before.</summary>
    private async Task ReportAsync(HttpContext context, TakenText? text)
    {
        var faults = Faults;
        var arrives = text?.CreatedAt.AddMilliseconds(3 * faults.StepMilliseconds);
        if (text is null || !faults.Delivers || TimeProvider.System.GetUtcNow() < arrives)
        {
            await ErrorAsync(context, 404);
            return;
        }

        var error = Faults.For(faults.DeliveryErrors, text.To);
        text.Become(error is null ? "delivered" : "failed", arrives ?? text.CreatedAt, error);
        context.Response.ContentType = "application/json";
        await using (Utf8JsonWriter json = new(context.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteString("deliveryStatus", error is null ? "Delivered" : "Failed");
            json.WriteString("deliveryStatusDetails", error is null ? "2000: No Error" : $"{error}: Simulated error");
            json.WriteString("messageId", text.Sid);
            json.WriteString("from", text.From);
            json.WriteString("to", text.To);
            json.WriteEndObject();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private string Take(JsonElement root, JsonElement recipient, string to)
    {
        var request = recipient.GetProperty("repeatabilityRequestId").GetString() ?? "";
        var made = $"Outgoing_{Guid.NewGuid():N}_noam";
        var id = byRequest.GetOrAdd(request, made);
        if (id == made)
        {
            Keep(new()
            {
                Sid = id,
                To = to,
                From = root.GetProperty("from").GetString(),
                Body = root.GetProperty("message").GetString() ?? "",
                MessageId = request,
                CreatedAt = TimeProvider.System.GetUtcNow(),
            });
        }

        return id;
    }

    /// <param name="code"><c>opted_out</c>, <c>bad_number</c> or a status.</param>
    private static Task RefuseAsync(HttpContext context, string to, string code) => code switch
    {
        "opted_out" => AnswerAsync(context, to, 400, id: null, "The recipient phone number has opted out."),
        "bad_number" => AnswerAsync(context, to, 400, id: null, "Invalid To phone number format."),
        "401" or "403" or "404" or "422" or "429" => ErrorAsync(context, int.Parse(code, CultureInfo.InvariantCulture)),
        _ => AnswerAsync(context, to, int.Parse(code, CultureInfo.InvariantCulture), id: null, "Simulated error"),
    };

    private static async Task AnswerAsync(HttpContext context, string to, int status, string? id, string? error)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json";
        await using (Utf8JsonWriter json = new(context.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            json.WriteStartObject();
            json.WriteString("to", to);
            if (id is not null)
            {
                json.WriteString("messageId", id);
                json.WriteString("repeatabilityResult", "accepted");
            }

            json.WriteNumber("httpStatusCode", status);
            json.WriteBoolean("successful", error is null);
            if (error is not null)
            {
                json.WriteString("errorMessage", error);
            }

            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static Task ErrorAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            """{"error":{"code":"Simulated","message":"A simulated error"}}""", context.RequestAborted);
    }
}
