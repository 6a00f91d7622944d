/* Tickets for files. Fetched by a page whose browser keeps no cookie of ours, when it sends its first file. */
const PATIENCE = 10000;
let queue = Promise.resolve();

const granted = (id) =>
  new Promise((done) => {
    const server = document.querySelector("#eco-server");
    const end = (ticket) => {
      observer.disconnect();
      clearTimeout(timer);
      // It stays inside.
      delete server.dataset.uploadTicket;
      done(ticket);
    };
    const observer = new MutationObserver(() => {
      if (server.dataset.uploadTicket) end(server.dataset.uploadTicket);
    });
    observer.observe(server, { attributeFilter: ["data-upload-ticket"] });
    const timer = setTimeout(end, PATIENCE);
    window.ecocash.actions.form_upload(id);
  });

/** Return the header that sends one file for a form, asked for one at a time; undefined where none came. */
export const header = (id) =>
  (queue = queue.then(async () => {
    const ticket = await granted(id);
    return ticket && ["X-Upload-Ticket", ticket];
  }));
