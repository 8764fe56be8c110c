using System.Globalization;
using System.Text.Json;

namespace RecoveryOS.Core.Inputs;

/// <summary>
/// Reads the members of one JSON object. Every wrong one is noted under its name and reads as a default, so that a
/// request learns all that is wrong with it at once; members that nobody asked for are refused.
/// </summary>
public sealed class JsonFields
{
    private readonly JsonElement json;
    private readonly FieldErrors errors;
    private readonly string path;
    private readonly List<string> known = [];

    /// <param name="path">What comes before the names in messages, such as <c>[0].</c>.</param>
    public JsonFields(JsonElement json, FieldErrors errors, string path = "")
    {
        (this.json, this.errors, this.path) = (json, errors, path);
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path.Length == 0 ? "body" : path.TrimEnd('.'), "must be a JSON object");
        }
    }

    public void Refuse(string name, string message) => errors.Add(path + name, message);

    /// <summary>Whether the member is there; a reading of it must follow.</summary>
    public bool Has(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out _);

    public int WholeNumber(string name, int minimum, int maximum)
    {
        if (Find(name) is { } value)
        {
            if (value.ValueKind == JsonValueKind.Number
                && value.TryGetInt32(out var number)
                && number >= minimum
                && number <= maximum)
            {
                return number;
            }

            Refuse(name, $"must be a whole number from {minimum} to {maximum}");
        }

        return 0;
    }

    /// <summary>A number with at most one decimal, in tenths.</summary>
    public int Tenths(string name, int minimum, int maximum)
    {
        if (Find(name) is { } value)
        {
            if (value.ValueKind == JsonValueKind.Number
                && IsPlain(value)
                && value.TryGetDecimal(out var number)
                && number >= minimum
                && number <= maximum
                && decimal.IsInteger(number * 10))
            {
                return (int)(number * 10);
            }

            Refuse(name, $"must be a number from {minimum} to {maximum} with at most one decimal");
        }

        return 0;
    }

    public Guid Uuid(string name)
    {
        if (Find(name) is { } value)
        {
            if (value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id))
            {
                return id;
            }

            Refuse(name, "must be a UUID");
        }

        return default;
    }

    /// <summary>
    /// Text without control characters (line breaks and tabs are no error), counted in Unicode characters.
    /// </summary>
    public string Text(string name, int minimum, int maximum) =>
        Find(name) is { } value ? ReadText(name, value, minimum, maximum) : "";

    /// <summary>As <see cref="Text"/>; null where the member is missing or null.</summary>
    public string? OptionalText(string name, int maximum) =>
        FindOptional(name) is { } value ? ReadText(name, value, 0, maximum) : null;

    /// <summary>One of a few words.</summary>
    public string Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (Find(name) is { } value)
        {
            if (value.ValueKind == JsonValueKind.String)
            {
                foreach (var choice in choices)
                {
                    if (value.ValueEquals(choice))
                    {
                        return choice;
                    }
                }
            }

            Refuse(name, "must be one of " + string.Join(", ", choices));
        }

        return "";
    }

    /// <summary>A non-empty list of distinct words out of a few.</summary>
    public string[] Choices(string name, params string[] choices)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and var length
            && length <= choices.Length)
        {
            string[] chosen = [.. choices.Where(choice => value.EnumerateArray()
                .Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(choice)))];
            if (chosen.Length == length)
            {
                return chosen;
            }
        }

        Refuse(name, "must be a list without repeats of " + string.Join(", ", choices));
        return [];
    }

    /// <summary>A local time of day, HH:MM; null where the member is missing or null.</summary>
    public TimeOnly? OptionalTime(string name)
    {
        if (FindOptional(name) is { } value)
        {
            if (value.ValueKind == JsonValueKind.String
                && TimeOnly.TryParseExact(ReadText(name, value, 0, 8), "HH:mm", CultureInfo.InvariantCulture,
                    DateTimeStyles.None, out var time))
            {
                return time;
            }

            Refuse(name, "must be a time of day as HH:MM");
        }

        return null;
    }

    /// <summary>The members of an object below this one; null where it is missing or null.</summary>
    public JsonFields? OptionalObject(string name) =>
        FindOptional(name) is { } value ? new JsonFields(value, errors, $"{path}{name}.") : null;

    /// <summary>Call last: refuses members that were not read.</summary>
    public void RefuseUnknown()
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in json.EnumerateObject())
        {
            if (!known.Exists(property.NameEquals))
            {
                var name = JsonText.TryRead(() => property.Name) ?? "?";
                Refuse(name.Length > 64 ? name[..64] : name, "is not known here");
            }
        }
    }

    /// <summary>Refuses an object without members: a change that changes nothing.</summary>
    public void RefuseEmpty()
    {
        if (json.ValueKind == JsonValueKind.Object && !json.EnumerateObject().Any())
        {
            errors.Add("body", "must change something");
        }
    }

    // Without an exponent and with fewer digits than a decimal holds: what would be rounded is not what was sent.
    private static bool IsPlain(JsonElement number) =>
        number.GetRawText() is { Length: < 28 } text && !text.Contains('e', StringComparison.OrdinalIgnoreCase);

    private JsonElement? Find(string name)
    {
        known.Add(name);
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            return value;
        }

        Refuse(name, "is required");
        return null;
    }

    private JsonElement? FindOptional(string name)
    {
        known.Add(name);
        return json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(name, out var value)
            && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private string ReadText(string name, JsonElement value, int minimum, int maximum)
    {
        if (value.ValueKind != JsonValueKind.String || JsonText.TryRead(value.GetString) is not { } text)
        {
            Refuse(name, "must be text");
            return "";
        }

        var (length, control) = JsonText.Measure(text);
        if (length < minimum || length > maximum)
        {
            Refuse(name, $"must have {minimum} to {maximum} characters");
        }

        if (control)
        {
            Refuse(name, "must not hold control characters");
        }

        return text;
    }
}
