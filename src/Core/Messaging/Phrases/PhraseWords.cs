using System.Collections.Frozen;

namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>
/// What the phrases of one rule set share: the vocabulary, word classes, fillers and words that deny.
/// </summary>
internal sealed class PhraseWords
{
    private readonly Dictionary<string, FrozenSet<int>> classes = [];

    public PhraseWords(
        IReadOnlyDictionary<string, string> classes, IEnumerable<string> fillers, IEnumerable<string> negators)
    {
        foreach ((string name, string members) in classes)
        {
            this.classes.Add($"{{{name}}}", Resolve(members.Split(' ')));
        }

        Fillers = Resolve(fillers);
        Negators = Resolve(negators);
    }

    public Vocabulary Vocabulary { get; } = new();

    public FrozenSet<int> None { get; } = [];

    public FrozenSet<int> Fillers { get; }

    public FrozenSet<int> Negators { get; }

    /// <summary>The ids of words and of the members of classes; a class must be declared before it is used.</summary>
    public FrozenSet<int> Resolve(IEnumerable<string> names) => names.SelectMany(Ids).ToFrozenSet();

    private IEnumerable<int> Ids(string name) => name switch
    {
        ['{', ..] => classes.TryGetValue(name, out FrozenSet<int>? ids)
            ? ids
            : throw new FormatException($"No such class of words: {name}"),
        _ => [Vocabulary.Add(name)],
    };
}
