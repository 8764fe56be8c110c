using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Functions.Http;

/// <summary>A JSON body that was read: its value, or the refusal to answer.</summary>
internal readonly struct Body<T>
    where T : class
{
    private readonly T? value;
    private readonly ProblemHttpResult? refusal;

    public Body(T value) => this.value = value;

    public Body(ProblemHttpResult refusal) => this.refusal = refusal;

    public bool IsRefused(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ProblemHttpResult? answer,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out T? content)
    {
        (answer, content) = (refusal, value);
        return refusal is not null;
    }
}

/// <summary>Reads JSON bodies: at most 64 KiB of UTF-8, one value, no repeated names, at most 16 levels deep.</summary>
internal static class Body
{
    public const int Limit = 64 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static async Task<Body<T>> ReadAsync<T>(
        this HttpRequest request, Func<JsonElement, Validated<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        if (!IsJson(request.ContentType))
        {
            return new(Problem.UnsupportedMediaType(request.HttpContext));
        }

        if (request.ContentLength > Limit)
        {
            return new(Problem.PayloadTooLarge(request.HttpContext));
        }

        while (true)
        {
            var result = await request.BodyReader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > Limit)
            {
                request.BodyReader.AdvanceTo(result.Buffer.End);
                return new(Problem.PayloadTooLarge(request.HttpContext));
            }

            if (result.IsCompleted)
            {
                var body = Parse(request.HttpContext, result.Buffer, read);
                request.BodyReader.AdvanceTo(result.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>The raw body; of a longer one than 64 KiB so much that it shows to be too long.</summary>
    public static async Task<byte[]> ReadBytesAsync(this HttpRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await request.BodyReader.ReadAsync(cancellationToken);
            if (result.IsCompleted || result.Buffer.Length > Limit)
            {
                var bytes = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, Limit + 1)).ToArray();
                request.BodyReader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static Body<T> Parse<T>(
        HttpContext http, ReadOnlySequence<byte> bytes, Func<JsonElement, Validated<T>> read)
        where T : class
    {
        var json = bytes.IsSingleSegment ? bytes.First : bytes.ToArray();
        if (!Utf8.IsValid(json.Span))
        {
            return new(Problem.MalformedJson(http));
        }

        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return read(document.RootElement).TryGet(out var value, out var errors)
                ? new(value)
                : new(Problem.Validation(http, errors));
        }
        catch (JsonException)
        {
            return new(Problem.MalformedJson(http));
        }
    }

    private static bool IsJson(string? contentType) =>
        contentType == MediaTypeNames.Application.Json
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)));
}
