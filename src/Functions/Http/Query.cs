using System.Globalization;
using Microsoft.AspNetCore.Http;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Functions.Http;

/// <summary>Reads query parameters; every wrong one is noted under its name.</summary>
internal sealed class Query(HttpRequest request)
{
    public FieldErrors Errors { get; } = new();

    public PageRequest Page() => new(Limit(), Cursor());

    public Guid? Uuid(string name)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        Errors.Add(name, "must be a UUID");
        return null;
    }

    public string? Choice(string name, IReadOnlyList<string> choices)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (choices.Contains(text))
        {
            return text;
        }

        Errors.Add(name, "must be one of " + string.Join(", ", choices));
        return null;
    }

    public string? ServerName(string name)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (text.Length is >= 1 and <= 64
            && text.All(letter => letter is '-' || char.IsAsciiDigit(letter) || char.IsAsciiLetterLower(letter)))
        {
            return text;
        }

        Errors.Add(name, "must be a server's name: 1 to 64 lower-case letters, digits and hyphens");
        return null;
    }

    private int Limit()
    {
        if (One("limit") is not { } text)
        {
            return PageRequest.DefaultLimit;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= PageRequest.MaximumLimit)
        {
            return limit;
        }

        Errors.Add("limit", $"must be a whole number from 1 to {PageRequest.MaximumLimit}");
        return PageRequest.DefaultLimit;
    }

    private Guid? Cursor()
    {
        if (One("cursor") is not { } text)
        {
            return null;
        }

        if (Core.Inputs.Cursor.TryParse(text, out var id))
        {
            return id;
        }

        Errors.Add("cursor", "must be the next_cursor of an earlier page");
        return null;
    }

    private string? One(string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
        {
            Errors.Add(name, "must be given once");
        }

        return values.Count == 1 ? values[0] : null;
    }
}
