using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RecoveryOS.Simulators;

/// <summary>The JSON of the Messages API.</summary>
internal static class TwilioAnswers
{
    private const int DefaultPageSize = 50;
    private const int LargestPage = 1000;

    public static Task MessageAsync(HttpContext context, int status, TakenText text, string accountSid) =>
        WriteAsync(context, status, json => Write(json, text, accountSid));

    public static Task ErrorAsync(HttpContext context, int status, int code, string message) =>
        WriteAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("code", code);
            json.WriteString("message", message);
            json.WriteString(
                "more_info", string.Create(CultureInfo.InvariantCulture, $"https://www.twilio.com/docs/errors/{code}"));
            json.WriteNumber("status", status);
            json.WriteEndObject();
        });

    public static Task PageAsync(HttpContext context, List<TakenText> found, string accountSid, string path)
    {
        var query = context.Request.Query;
        var size = Math.Clamp(Number(query["PageSize"]) ?? DefaultPageSize, 1, LargestPage);
        var page = Number(query["Page"]) ?? 0;
        var hasNext = (page + 1) * size < found.Count;
        var others = string.Concat(query
            .Where(pair => pair.Key is not ("Page" or "PageSize" or "PageToken"))
            .Select(pair => $"&{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value.ToString())}"));
        return WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("end", Math.Max(0, Math.Min(found.Count, (page + 1) * size) - 1));
            json.WriteString("first_page_uri", At(0));
            json.WriteStartArray("messages");
            foreach (var text in found.Skip(page * size).Take(size))
            {
                Write(json, text, accountSid);
            }

            json.WriteEndArray();
            json.WriteString(
                "next_page_uri", hasNext ? $"{At(page + 1)}&PageToken=PA{found[(page + 1) * size].Sid}" : null);
            json.WriteNumber("page", page);
            json.WriteNumber("page_size", size);
            json.WriteString("previous_page_uri", page > 0 ? At(page - 1) : null);
            json.WriteNumber("start", page * size);
            json.WriteString("uri", At(page));
            json.WriteEndObject();
        });

        string At(int number) =>
            string.Create(CultureInfo.InvariantCulture, $"{path}?PageSize={size}&Page={number}{others}");
    }

    private static void Write(Utf8JsonWriter json, TakenText text, string accountSid)
    {
        json.WriteStartObject();
        json.WriteString("account_sid", accountSid);
        json.WriteString("api_version", "2010-04-01");
        json.WriteString("body", text.Body);
        json.WriteString("date_created", Time(text.CreatedAt));
        json.WriteString("date_sent", text.SentAt is { } sent ? Time(sent) : null);
        json.WriteString("date_updated", Time(text.UpdatedAt));
        json.WriteString("direction", "outbound-api");
        if (text.ErrorCode is { } code)
        {
            json.WriteNumber("error_code", int.Parse(code, CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull("error_code");
        }

        json.WriteString("error_message", text.ErrorCode is null ? null : "Simulated error");
        json.WriteString("from", text.From);
        json.WriteString("messaging_service_sid", text.MessagingServiceSid);
        json.WriteString("num_media", "0");
        json.WriteString("num_segments", text.MessagingServiceSid is null || text.SentAt is not null ? "1" : "0");
        json.WriteNull("price");
        json.WriteString("price_unit", "USD");
        json.WriteString("sid", text.Sid);
        json.WriteString("status", text.Status);
        json.WriteStartObject("subresource_uris");
        json.WriteString("media", $"/2010-04-01/Accounts/{accountSid}/Messages/{text.Sid}/Media.json");
        json.WriteEndObject();
        json.WriteString("to", text.To);
        json.WriteString("uri", $"/2010-04-01/Accounts/{accountSid}/Messages/{text.Sid}.json");
        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using (Utf8JsonWriter json = new(context.Response.BodyWriter))
        {
            write(json);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>RFC 2822, as Twilio writes it.</summary>
    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture) + " +0000";

    private static int? Number(string? text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
