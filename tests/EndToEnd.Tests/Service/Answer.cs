using System.Text.Json;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>A whole answer of the service.</summary>
internal sealed class Answer
{
    private readonly HttpResponseMessage response;
    private readonly Lazy<JsonElement> json;

    private Answer(HttpResponseMessage response, string text)
    {
        (this.response, Text) = (response, text);
        json = new(() => JsonDocument.Parse(Text).RootElement);
    }

    public int Status => (int)response.StatusCode;

    public string Text { get; }

    public JsonElement Json => json.Value;

    public string? ContentType => response.Content.Headers.ContentType?.ToString();

    /// <summary>The problem's code; empty where the answer is no problem document.</summary>
    public string Code => ContentType is "application/problem+json" ? this["code"].GetString() ?? "" : "";

    public Guid Id => this["id"].GetGuid();

    public JsonElement this[string member] => Json.GetProperty(member);

    public IReadOnlyList<JsonElement> Data => [.. this["data"].EnumerateArray()];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) =>
        new(response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>A header's values, or null where it is missing.</summary>
    public string? Header(string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;

    /// <summary>Fails with the whole answer unless it has this status.</summary>
    public Answer Is(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>Fails unless it is this problem.</summary>
    public Answer Is(int status, string code)
    {
        Is(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(code, Code);
        return this;
    }
}
