namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>What a state does with each terminal: shift to a state (positive), reduce a production (negative), or nothing.</summary>
internal sealed class State
{
    public const int Error = int.MaxValue;
    private const int MostExpected = 4;
    private readonly int[] _actions;
    private readonly bool _accepts;

    public State(int[] actions, bool accepts)
    {
        (_actions, _accepts) = (actions, accepts);
        foreach (var group in actions.Where(action => action < 0).GroupBy(action => action))
        {
            if (group.Count() > (Default == 0 ? 0 : actions.Count(action => action == Default)))
            {
                Default = group.Key;
            }
        }

        Shifts = actions.Any(action => action is > 0 and not Error);
        NeedsToken = Shifts || accepts || actions.Any(action => action == Error || (action < 0 && action != Default));
    }

    /// <summary>The reduction for whatever comes next, if there is one.</summary>
    public int Default { get; }

    /// <summary>Whether the next token must be known before anything is done.</summary>
    public bool NeedsToken { get; }

    private bool Shifts { get; }

    public bool Accepts(int terminal) => _accepts && terminal == Terminals.End;

    /// <summary>Shift (positive), reduction (negative), or 0: an error.</summary>
    public int Action(int terminal) => _actions[terminal] switch
    {
        0 => Default,
        Error => 0,
        var action => action,
    };

    /// <summary>The error's text at this terminal; what was expected is listed when it is not much.</summary>
    public string Unexpected(int terminal)
    {
        var text = $"syntax error: unexpected {Terminals.Name(terminal)}";
        var expected = new List<int>();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = Terminals.Identifier; i < _actions.Length; i++)
            {
                if (pass == 0 ? _actions[i] is > 0 and not Error : _actions[i] < 0 && _actions[i] != Default)
                {
                    expected.Add(i);
                }
            }
        }

        return expected.Count is 0 or > MostExpected ? text : $"{text}, expecting {string.Join(" or ", expected.Select(Terminals.Name))}";
    }
}
