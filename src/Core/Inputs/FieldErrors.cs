namespace RecoveryOS.Core.Inputs;

/// <summary>
/// What is wrong with an input: field → messages. Messages name limits, never the value that was sent.
/// </summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> messages = [];

    public bool Any => messages.Count > 0;

    public void Add(string field, string message)
    {
        if (!messages.TryGetValue(field, out var list))
        {
            messages.Add(field, list = []);
        }

        list.Add(message);
    }

    public IReadOnlyDictionary<string, string[]> ToDictionary() =>
        messages.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
}
